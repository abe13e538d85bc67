#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "services/lambda/mappings/checkpoint.h"
#include "services/lambda/mappings/shard_reader_host.h"
#include "services/lambda/mappings/tumbling_window.h"

namespace millrace::lambda {

/// Bytes of event that a batch may have.
inline constexpr std::size_t kBatchBytesMax = kPayloadBytesMax;

/// Those records of a shard that are processed one after another: hands them to the function in batches, one
/// at a time, in order, and tries again what fails, by the rules that stand at ShardReader.
///
/// Threads: the home executor.
class Lane {
  public:
    /// `changed` runs when the lane comes to rest, has fewer records, or has a batch that its window closed.
    /// Everything referred to must outlive the lane.
    Lane(const std::string& shard_id, const BatchSettings& settings, Executor& home, const Clock& clock,
         ShardReaderHost& host, std::function<void()> changed);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    void add(ports::SourceRecord record);
    /// The shard was just asked for more.
    void was_topped_up();
    [[nodiscard]] bool wants_more() const;
    /// Goes on with a window that was open.
    void resume_window(OpenWindow window) { window_.resume(std::move(window)); }
    [[nodiscard]] const TumblingWindow& window() const { return window_; }

    /// Goes on counting where these left off, if one of them is of its first record.
    void resume_attempts(std::vector<Attempts> attempts) { resumed_ = std::move(attempts); }
    /// What is worth keeping of what was tried; nullopt when nothing is.
    [[nodiscard]] std::optional<Attempts> attempts() const;
    /// Changes with attempts().
    [[nodiscard]] std::uint64_t attempts_revision() const { return attempts_revision_; }

    void begin_full_batch();
    /// Also one that is not full, unless its window is open; at the end of the shard all the same.
    void begin_batch(bool end_of_shard);
    void give_up_old_records();
    /// What the filter wants may differ: looks again at what no batch has.
    void filter_anew() { filter_anew_ = true; }
    void drop_unwanted();
    /// Ends the pause before the next try.
    void retry_now();

    [[nodiscard]] bool at_rest() const { return phase_ == Phase::kIdle || phase_ == Phase::kBackingOff; }
    [[nodiscard]] bool is_done() const {
        return phase_ == Phase::kIdle && records_.empty() && !window_.open();
    }
    [[nodiscard]] std::size_t records() const { return records_.size(); }
    [[nodiscard]] std::size_t event_bytes() const { return event_bytes_; }
    /// Of the first record that is not done.
    [[nodiscard]] std::optional<ports::Cursor> first() const;
    /// All records. The lane must be at rest, and is of no use any more.
    [[nodiscard]] std::vector<ports::SourceRecord> retire();

  private:
    enum class Phase { kIdle, kInvoking, kBackingOff, kLooking, kDiscarding };
    struct Cut {
        std::size_t records = 0;
        bool full = false;
    };

    [[nodiscard]] Cut cut_batch() const;
    bool wait_for_window();
    void invoke(std::size_t records);
    void batch_ended(std::size_t records, const InvokeResult& result, bool windowed);
    [[nodiscard]] std::size_t take_answer(std::size_t records, const InvokeResult& result, bool windowed);
    bool close_window(bool nothing_more, bool end_of_shard);
    void window_closed(const InvokeResult& result, std::string_view request_id);
    [[nodiscard]] MonotonicTime to_monotonic(WallTime time) const;
    void batch_failed(std::size_t records);
    void split(std::size_t records);
    void back_off();
    void back_off(Milliseconds pause_max);
    void check_retention();
    void drop_lost(const Result<ports::SourceBatch>& oldest);
    void give_up(std::size_t records, DiscardReason reason);
    void begin_new_part();
    [[nodiscard]] bool counts_attempts() const { return settings_.retries_max >= 0 || settings_.bisect; }
    void take_up_attempts();
    void move_past(std::size_t records);
    void set_timer(MonotonicTime when, void (Lane::*action)());
    void stop_timer();
    void time_passed() { changed_(); }

    const std::string& shard_id_;
    const BatchSettings& settings_;
    Executor& home_;
    const Clock& clock_;
    ShardReaderHost& host_;
    std::function<void()> changed_;

    Phase phase_ = Phase::kIdle;
    TimerId timer_;
    std::vector<ports::SourceRecord> records_;  // not done
    std::size_t event_bytes_ = 0;               // of all of them
    // Of the records at the start that failed together: each is tried on its own.
    std::deque<std::size_t> parts_;
    TumblingWindow window_;
    bool filter_anew_ = false;
    bool topped_up_ = false;  // for this batch
    MonotonicTime window_end_{};
    int failures_ = 0;               // of the first part
    int pauses_ = 0;                 // since the last success
    int invokes_ = 0;                // of the first part
    std::vector<Attempts> resumed_;  // of all lanes, before a restart
    std::uint64_t attempts_revision_ = 0;
    std::string last_request_id_;
    std::string last_version_;
    bool last_function_error_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
