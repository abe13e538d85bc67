#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/shared_bytes.h"
#include "base/strong.h"
#include "base/time.h"

namespace millrace::ports {

/// Position between two records of a shard: the next record to read. Comparable within one shard.
using Cursor = Strong<std::uint64_t, struct CursorTag>;

enum class StartingPosition { kTrimHorizon, kLatest, kAtTimestamp };

struct SourceRecord {
    Cursor cursor;                ///< of this record; the position after it is cursor + 1
    std::string sequence_number;  ///< as the stream's API shows it
    std::string partition_key;    ///< empty for a record without one
    WallTime arrival;
    SharedBytes data;
};

struct SourceShard {
    std::string shard_id;
    /// Another one for each shard there ever was: tells it from an earlier one of the same name (stream
    /// deleted and created again), so that a checkpoint taken with another incarnation is void.
    std::uint64_t incarnation = 0;
    std::vector<std::string> parents;  ///< shards to finish before this one
};

struct SourceBatch {
    std::vector<SourceRecord> records;
    bool end_of_shard = false;  ///< the shard is closed and everything was read
};

struct SourceLimits {
    std::size_t records;
    std::size_t bytes;
};

/// What changed in a stream since the watch was asked before.
struct SourceChanges {
    bool all = true;                     ///< anything: shards came or went, the stream was deleted or created
    std::vector<std::uint64_t> written;  ///< otherwise: incarnations of the shards that have new records
};

/// Ends the watch when it goes out of scope.
class Watch {
  public:
    virtual ~Watch() = default;
    /// To be asked inside a wake; what is not told here can wait for the next one.
    [[nodiscard]] virtual SourceChanges take() { return {}; }
};

/// A stream of ordered records as an event source mapping reads it: what services/kinesis offers.
/// Streams are named by ARN, their own or that of one of their consumers, which then must be there, too.
/// Errors: kNotFound when stream, consumer or shard is gone. Threads: all calls and callbacks on the source's
/// home executor.
class RecordSource {
  public:
    virtual ~RecordSource() = default;

    [[nodiscard]] virtual Result<std::vector<SourceShard>> shards(const std::string& stream_arn) const = 0;

    /// Turns a starting position into a cursor, now: kLatest is the end as it stands at this call.
    virtual void locate(const std::string& stream_arn, const std::string& shard_id, StartingPosition position,
                        WallTime timestamp, std::move_only_function<void(Result<Cursor>)> done) = 0;

    /// Records from the cursor on (from the oldest kept, if those were trimmed); empty at the end of the
    /// shard so far. May answer inside the call.
    virtual void read(const std::string& stream_arn, const std::string& shard_id, Cursor from,
                      SourceLimits limits, std::move_only_function<void(Result<SourceBatch>)> done) = 0;

    /// `wake` runs after each change of the stream (records became readable, a shard was closed, the stream
    /// or a consumer was deleted), until the watch is destroyed. Watch::take() says where to look, reading
    /// what is new.
    [[nodiscard]] virtual std::unique_ptr<Watch> watch(const std::string& stream_arn,
                                                       std::move_only_function<void()> wake) = 0;
};

}  // namespace millrace::ports
