#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codec/kinesis_event.h"
#include "ports/record_source.h"
#include "services/lambda/execution/invocation.h"
#include "services/lambda/mappings/checkpoint.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

enum class DiscardReason { kRetriesExhausted, kTooOld, kNoLongerInStream };

/// Records that are given up, and the last attempt at them.
struct Discard {
    std::span<const ports::SourceRecord> records;
    DiscardReason reason;
    std::string_view request_id;  ///< empty when the function was never asked
    int invokes = 0;
    std::string_view executed_version =
        {};                       ///< "$LATEST" or a number; empty when the function was never asked
    bool function_error = false;  ///< else the function said which records failed
    std::optional<codec::KinesisEventWindow> window = {};  ///< with tumbling windows
};

/// What one invocation is given.
struct Delivery {
    std::span<const ports::SourceRecord> records;     ///< none when it closes a window
    std::optional<codec::KinesisEventWindow> window;  ///< with tumbling windows
};

/// How one invocation ended.
struct BatchOutcome {
    bool success = false;
    std::span<const ports::SourceRecord> failed = {};  ///< that the function was asked to take
    std::string_view request_id = {};
    bool closes_window = false;
};

/// What a reader needs from the world. Callbacks may come inside the calls, or after the reader's end (then
/// they are ignored).
class ShardReaderHost {
  public:
    virtual void read(const std::string& shard_id, ports::Cursor from, ports::SourceLimits limits,
                      std::move_only_function<void(Result<ports::SourceBatch>)> done) = 0;
    /// The shard was asked for more, and had these.
    virtual void polled(std::size_t records) = 0;
    /// Whether the function is to see the record; others count as processed.
    [[nodiscard]] virtual bool is_wanted(const ports::SourceRecord& record) const = 0;
    /// Of records that were polled or, when filters changed, waited: those that is_wanted() does not want.
    virtual void filtered_out(std::size_t records) = 0;
    using Answered = std::move_only_function<void(InvokeResult, std::string_view request_id)>;
    virtual void invoke(const std::string& shard_id, const Delivery& what, Answered done) = 0;
    /// Bytes that the record adds to the event; always the same for the same record.
    [[nodiscard]] virtual std::size_t event_bytes(const std::string& shard_id,
                                                  const ports::SourceRecord& record) const = 0;
    virtual void commit(const std::string& shard_id, const Checkpoint& checkpoint,
                        std::move_only_function<void(Result<>)> done) = 0;
    virtual void batch_ended(const std::string& shard_id, const BatchOutcome& outcome) = 0;
    /// Calls done when whoever is to know of it durably does; the checkpoint stays before them until then.
    virtual void discard(const std::string& shard_id, const Discard& what, Task done) = 0;
    /// Storage refuses what the reader asks it for; the reader asks again until it does not.
    virtual void troubled(const std::string& shard_id, std::string_view what, const Error& error) = 0;
    /// The shard is closed and read to its end, and that is durable. Must not destroy the reader inside.
    virtual void shard_finished(const std::string& shard_id) = 0;
    /// The shard is gone. Must not destroy the reader inside.
    virtual void shard_lost(const std::string& shard_id) = 0;

  protected:
    ~ShardReaderHost() = default;
};

}  // namespace millrace::lambda
