#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "ports/record_source.h"
#include "services/lambda/execution/invocation.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

class ShardReader;

/// What a reader needs from the world. Callbacks may come inside the calls, or after the reader's end (then
/// they are ignored).
class ShardReaderHost {
  public:
    virtual void read(const std::string& shard_id, ports::Cursor from, ports::SourceLimits limits,
                      std::move_only_function<void(Result<ports::SourceBatch>)> done) = 0;
    virtual void invoke(const std::string& shard_id, std::span<const ports::SourceRecord> records,
                        std::move_only_function<void(InvokeResult)> done) = 0;
    /// Bytes that the record adds to the event; always the same for the same record.
    [[nodiscard]] virtual std::size_t event_bytes(const std::string& shard_id,
                                                  const ports::SourceRecord& record) const = 0;
    virtual void commit(const std::string& shard_id, const Checkpoint& checkpoint,
                        std::move_only_function<void(Result<>)> done) = 0;
    /// A batch ended, well or not.
    virtual void batch_ended(bool success) = 0;
    /// Records were given up: too old, or tried too often.
    virtual void discarded(const std::string& shard_id, std::span<const ports::SourceRecord> records,
                           std::string_view reason) = 0;
    /// The shard is closed and read to its end, and that is durable. Must not destroy the reader inside.
    virtual void shard_finished(const std::string& shard_id) = 0;
    /// The shard is gone. Must not destroy the reader inside.
    virtual void shard_lost(const std::string& shard_id) = 0;

  protected:
    ~ShardReaderHost() = default;
};

/// Reads one shard and hands its records to a function in batches, one at a time, in order.
///
/// A batch is handed over when it has batch_size records, or 6 MB of event, or its window (which begins with
/// its first record) has passed; with no window, as soon as there is a record. A failed batch is tried again,
/// the same records, after a pause that doubles up to a cap: for ever, or until retries_max or record_age_max
/// say to give up, or the stream has dropped the records. With bisect a failed batch is halved instead, which
/// is no retry. With report_failures what succeeded counts, and only the rest is tried again.
///
/// The checkpoint follows success at once and is never ahead of it. The next batch may run while it is being
/// written; the one after that waits for it.
///
/// Nothing is polled: the reader moves on wake(), a timer, or an answer.
/// Threads: the home executor.
class ShardReader {
  public:
    /// Everything referred to must outlive the reader. Reads nothing before the first wake().
    ShardReader(std::string shard_id, Checkpoint start, BatchSettings settings, Executor& home,
                const Clock& clock, ShardReaderHost& host);
    ~ShardReader();
    ShardReader(const ShardReader&) = delete;
    ShardReader& operator=(const ShardReader&) = delete;

    /// There may be something new to read.
    void wake();
    /// Holds for the next batch; one that is being tried again is tried at once.
    void set_settings(const BatchSettings& settings);
    /// Ends the pause before the next try.
    void retry_now();
    /// A batch that runs is finished, none is begun. The position stays.
    void pause() { paused_ = true; }
    void resume();

    [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }

  private:
    enum class Phase { kIdle, kReading, kInvoking, kBackingOff, kFinished };

    void advance();
    [[nodiscard]] bool checkpoint_lags() const { return committing_ && pending_; }
    struct Cut {
        std::size_t records = 0;
        bool full = false;
    };
    [[nodiscard]] Cut cut_batch() const;
    [[nodiscard]] bool wants_more(const Cut& cut) const;
    void read_more(const Cut& cut);
    void take_records(Result<ports::SourceBatch> batch);
    bool wait_for_window();
    void invoke(std::size_t records);
    void batch_ended(std::size_t records, const InvokeResult& result);
    void batch_failed(std::size_t records);
    void back_off();
    void check_retention();
    void drop_lost(const Result<ports::SourceBatch>& oldest);
    void give_up(std::size_t records, std::string_view reason);
    void give_up_old_records();
    void move_past(std::size_t records);
    void checkpoint(Checkpoint reached);
    void send_checkpoint();
    void finish();
    void set_timer(MonotonicTime when, void (ShardReader::*action)());
    void stop_timer();
    void window_passed() { advance(); }

    const std::string shard_id_;
    const std::uint64_t incarnation_;
    BatchSettings settings_;
    Executor& home_;
    const Clock& clock_;
    ShardReaderHost& host_;

    Phase phase_ = Phase::kIdle;
    bool advancing_ = false;
    bool advance_again_ = false;
    bool paused_ = false;
    TimerId timer_;

    std::deque<std::size_t>
        parts_;  // of the records at the begin that failed together: each is tried on its own
    std::vector<ports::SourceRecord> records_;  // read, not done
    std::size_t event_bytes_ = 0;               // of all of them
    ports::Cursor next_;                        // to read
    bool may_have_more_ = true;
    bool read_for_this_batch_ = false;
    bool end_of_shard_ = false;
    MonotonicTime window_end_{};
    int failures_ = 0;  // of the first part
    int pauses_ = 0;    // since the last success

    bool committing_ = false;
    std::optional<Checkpoint> pending_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
