#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/model/service_model.h"
#include "base/error.h"
#include "base/shared_bytes.h"
#include "ports/record_source.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// A shard's records as events of SubscribeToShard in one protocol, read and encoded once for all who are at
/// the same place: at the tip, where subscribers stand when records arrive, all are given the same bytes.
/// Keeps the newest event only. Threads: the home executor. Owned by those who read it.
class ShardFeed : public std::enable_shared_from_this<ShardFeed> {
  public:
    /// An event with records, or none at the end of the shard.
    struct Batch {
        storage::Offset next;  ///< where to read on
        std::optional<SharedBytes> frame;
        std::size_t bytes = 0;  ///< of the records, as AWS counts them
    };
    using ReadDone = std::move_only_function<void(Result<Batch>)>;
    /// Who is told. Removes itself before it is gone.
    class Reader {
      public:
        virtual ~Reader() = default;
        /// The shard has more to read, or is gone.
        virtual void shard_changed() = 0;
    };

    ShardFeed(std::shared_ptr<Streams> streams, StreamId stream, const Shard& shard, aws::Protocol protocol);
    /// Begins to watch the stream; once, after construction.
    void start();

    [[nodiscard]] const Shard& shard() const { return shard_; }
    /// Whether the stream is still there, with this shard.
    [[nodiscard]] bool exists() const { return current() != nullptr; }
    /// Whether there is something to read at the place.
    [[nodiscard]] bool has_more(storage::Offset from) const;
    /// Whether the shard is closed, and nothing comes at or behind the place.
    [[nodiscard]] bool ends_at(storage::Offset place) const;

    /// May answer inside the call. kCorruption and the like when the log cannot be read.
    void read(storage::Offset from, ReadDone done);
    /// An event without records for who has read everything before the place.
    [[nodiscard]] SharedBytes heartbeat(storage::Offset at);

    /// What ends a closed shard: the event that names its children, and no place to go on from.
    [[nodiscard]] SharedBytes last_event();

    void add_reader(Reader& reader) { readers_.push_back(&reader); }
    void remove_reader(Reader& reader) { std::erase(readers_, &reader); }

  private:
    struct Event {
        storage::Offset from;
        storage::Offset next;
        SharedBytes frame;
        std::size_t bytes = 0;
    };

    /// As it is now; nullptr when the stream is gone, or another has its name.
    [[nodiscard]] const Shard* current() const;
    void stream_changed();
    void finish_read(storage::Offset from, const Result<std::vector<StoredRecord>>& records);
    [[nodiscard]] Event encode(storage::Offset from, const std::vector<StoredRecord>& records) const;
    [[nodiscard]] std::string sequence_number_at(storage::Offset next) const;

    std::shared_ptr<Streams> streams_;
    StreamId stream_;
    Shard shard_;
    aws::Protocol protocol_;
    storage::Offset seen_;  ///< the shard's end when the readers were last told
    std::unique_ptr<ports::Watch> watch_;
    std::vector<Reader*> readers_;
    std::map<storage::Offset, std::vector<ReadDone>> reads_;  ///< under way
    std::optional<Event> newest_;
    std::optional<Event> heartbeat_;
    std::optional<SharedBytes> last_event_;
};

}  // namespace millrace::kinesis
