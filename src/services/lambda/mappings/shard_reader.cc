#include "services/lambda/mappings/shard_reader.h"

#include <algorithm>

#include "base/assert.h"
#include "base/log.h"
#include "services/lambda/mappings/batch_response.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kEventBytesMax = kPayloadBytesMax;
constexpr std::size_t kEventEnvelopeBytes = 16;
constexpr Milliseconds kFirstPause{100};
constexpr Milliseconds kPauseMax{10'000};

}  // namespace

ShardReader::ShardReader(std::string shard_id, Checkpoint start, BatchSettings settings, Executor& home,
                         const Clock& clock, ShardReaderHost& host)
    : shard_id_(std::move(shard_id)),
      incarnation_(start.incarnation),
      settings_(settings),
      home_(home),
      clock_(clock),
      host_(host),
      next_(start.cursor) {}

ShardReader::~ShardReader() {
    *alive_ = false;
    stop_timer();
}

void ShardReader::wake() {
    may_have_more_ = true;
    advance();
}

void ShardReader::set_settings(const BatchSettings& settings) {
    settings_ = settings;
    retry_now();
    advance();
}

void ShardReader::retry_now() {
    if (phase_ != Phase::kBackingOff) return;
    stop_timer();
    pauses_ = 0;
    check_retention();
}

void ShardReader::resume() {
    paused_ = false;
    advance();
}

// One step after another until something has to be waited for; what answers inside a step is another step,
// not a deeper call.
void ShardReader::advance() {
    advance_again_ = true;
    if (std::exchange(advancing_, true)) return;
    const std::shared_ptr<bool> alive = alive_;
    while (std::exchange(advance_again_, false)) {
        if (phase_ != Phase::kIdle || paused_ || checkpoint_lags()) continue;
        give_up_old_records();
        if (checkpoint_lags()) continue;
        const Cut cut = cut_batch();
        if (wants_more(cut)) {
            read_more(cut);
        } else if (records_.empty()) {
            if (end_of_shard_) finish();
        } else if (cut.full || !parts_.empty() || !wait_for_window()) {
            invoke(cut.records);
        }
        if (!*alive) return;
    }
    advancing_ = false;
}

ShardReader::Cut ShardReader::cut_batch() const {
    if (!parts_.empty()) return {parts_.front(), true};
    const std::size_t records = std::min(records_.size(), static_cast<std::size_t>(settings_.batch_size));
    const bool full = records == static_cast<std::size_t>(settings_.batch_size);
    if (event_bytes_ + kEventEnvelopeBytes <= kEventBytesMax) return {records, full};
    std::size_t bytes = kEventEnvelopeBytes;
    for (std::size_t i = 0; i < records; ++i) {
        bytes += host_.event_bytes(shard_id_, records_[i]);
        // A record that alone is too large is handed over all the same: better than never.
        if (bytes > kEventBytesMax && i > 0) return {i, true};
    }
    return {records, full};
}

bool ShardReader::wants_more(const Cut& cut) const {
    if (cut.full || !may_have_more_ || end_of_shard_) return false;
    return records_.empty() || settings_.window > Seconds{0} || !read_for_this_batch_;
}

void ShardReader::read_more(const Cut& cut) {
    phase_ = Phase::kReading;
    const std::size_t room = event_bytes_ < kEventBytesMax ? kEventBytesMax - event_bytes_ : 0;
    const ports::SourceLimits limits{.records = static_cast<std::size_t>(settings_.batch_size) - cut.records,
                                     .bytes = std::max<std::size_t>(room / 4 * 3, 1)};
    host_.read(shard_id_, next_, limits, [this, alive = alive_](Result<ports::SourceBatch> batch) {
        if (*alive) take_records(std::move(batch));
    });
}

void ShardReader::take_records(Result<ports::SourceBatch> batch) {
    phase_ = Phase::kIdle;
    if (!batch) {
        may_have_more_ = false;
        log(LogLevel::kWarn, "a mapping cannot read its shard",
            {{"shard", shard_id_}, {"error", batch.error().message}});
        if (batch.error().code == ErrorCode::kNotFound) host_.shard_lost(shard_id_);
        return;
    }
    read_for_this_batch_ = true;
    end_of_shard_ = batch->end_of_shard;
    if (batch->records.empty()) {
        may_have_more_ = false;
    } else {
        if (records_.empty()) window_end_ = clock_.monotonic() + settings_.window;
        next_ = ports::Cursor{batch->records.back().cursor.value() + 1};
        for (ports::SourceRecord& record : batch->records) {
            event_bytes_ += host_.event_bytes(shard_id_, record);
            records_.push_back(std::move(record));
        }
    }
    advance();
}

bool ShardReader::wait_for_window() {
    if (settings_.window == Seconds{0} || end_of_shard_ || clock_.monotonic() >= window_end_) return false;
    if (timer_ == TimerId{}) set_timer(window_end_, &ShardReader::window_passed);
    return true;
}

void ShardReader::invoke(std::size_t records) {
    stop_timer();
    phase_ = Phase::kInvoking;
    host_.invoke(shard_id_, std::span(records_).first(records),
                 [this, alive = alive_, records](InvokeResult result) {
                     if (*alive) batch_ended(records, result);
                 });
}

void ShardReader::batch_ended(std::size_t records, const InvokeResult& result) {
    phase_ = Phase::kIdle;
    if (result.refused) {
        // It was not tried, so this is no retry.
        host_.batch_ended(false);
        return back_off();
    }
    std::size_t successes = result.function_error ? 0 : records;
    if (!result.function_error && settings_.report_failures) {
        successes = count_successes(result.payload, std::span(records_).first(records));
    }
    host_.batch_ended(successes == records);
    if (parts_.empty()) parts_.push_front(records);
    if (successes > 0) {
        failures_ = pauses_ = 0;
        move_past(successes);
    }
    if (successes == records) return advance();
    if (successes > 0 && settings_.bisect) return back_off();
    batch_failed(records - successes);
}

void ShardReader::batch_failed(std::size_t records) {
    if (settings_.bisect && records > 1) {
        parts_.front() = records - records / 2;
        parts_.insert(parts_.begin() + 1, records / 2);
        failures_ = 0;
    } else if (++failures_ > settings_.retries_max && settings_.retries_max >= 0) {
        give_up(records, "RetryAttemptsExhausted");
        return advance();
    }
    back_off();
}

void ShardReader::back_off() {
    phase_ = Phase::kBackingOff;
    const Milliseconds pause = std::min(kPauseMax, kFirstPause * (1 << std::min(pauses_++, 10)));
    set_timer(clock_.monotonic() + pause, &ShardReader::check_retention);
}

// What the stream has dropped meanwhile is not tried again.
void ShardReader::check_retention() {
    phase_ = Phase::kReading;
    host_.read(shard_id_, records_.front().cursor, {.records = 1, .bytes = 1},
               [this, alive = alive_](const Result<ports::SourceBatch>& oldest) {
                   if (*alive) drop_lost(oldest);
               });
}

void ShardReader::drop_lost(const Result<ports::SourceBatch>& oldest) {
    phase_ = Phase::kIdle;
    if (!oldest) {
        if (oldest.error().code == ErrorCode::kNotFound) return host_.shard_lost(shard_id_);
        return back_off();
    }
    const ports::Cursor kept = oldest->records.empty() ? next_ : oldest->records.front().cursor;
    const auto first_kept =
        std::find_if(records_.begin(), records_.end(),
                     [&](const ports::SourceRecord& record) { return record.cursor >= kept; });
    const auto lost = static_cast<std::size_t>(first_kept - records_.begin());
    if (lost > 0) give_up(lost, "the stream no longer holds them");
    advance();
}

void ShardReader::give_up_old_records() {
    if (settings_.record_age_max < Seconds{0}) return;
    const WallTime oldest = clock_.now() - settings_.record_age_max;
    const auto first_young =
        std::find_if(records_.begin(), records_.end(),
                     [&](const ports::SourceRecord& record) { return record.arrival >= oldest; });
    const auto old = static_cast<std::size_t>(first_young - records_.begin());
    if (old > 0) give_up(old, "RecordAgeExceeded");
}

void ShardReader::give_up(std::size_t records, std::string_view reason) {
    host_.discarded(shard_id_, std::span(records_).first(records), reason);
    failures_ = pauses_ = 0;
    move_past(records);
}

void ShardReader::move_past(std::size_t records) {
    MILLRACE_ASSERT(records > 0 && records <= records_.size());
    const ports::Cursor reached{records_[records - 1].cursor.value() + 1};
    for (std::size_t i = 0; i < records; ++i) event_bytes_ -= host_.event_bytes(shard_id_, records_[i]);
    records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(records));
    for (std::size_t left = records; left > 0 && !parts_.empty();) {
        const std::size_t taken = std::min(left, parts_.front());
        left -= taken;
        parts_.front() -= taken;
        if (parts_.front() == 0) parts_.pop_front();
    }
    // What was read ahead begins a new batch now.
    window_end_ = clock_.monotonic() + settings_.window;
    read_for_this_batch_ = false;
    checkpoint({.cursor = reached, .incarnation = incarnation_});
}

void ShardReader::checkpoint(Checkpoint reached) {
    pending_ = reached;
    if (!committing_) send_checkpoint();
}

void ShardReader::send_checkpoint() {
    committing_ = true;
    const Checkpoint sent = *std::exchange(pending_, std::nullopt);
    host_.commit(shard_id_, sent, [this, alive = alive_, sent](Result<> result) {
        if (!*alive) return;
        committing_ = false;
        if (!result) {
            // Storage refuses: nothing more is processed, and what was is processed again after a restart.
            log(LogLevel::kError, "a checkpoint cannot be written; the mapping stops reading the shard",
                {{"shard", shard_id_}, {"error", result.error().message}});
            phase_ = Phase::kFinished;
            return;
        }
        if (pending_) send_checkpoint();
        if (sent.finished) return host_.shard_finished(shard_id_);
        advance();
    });
}

void ShardReader::finish() {
    phase_ = Phase::kFinished;
    checkpoint({.cursor = next_, .incarnation = incarnation_, .finished = true});
}

void ShardReader::set_timer(MonotonicTime when, void (ShardReader::*action)()) {
    stop_timer();
    timer_ = home_.run_at(when, [this, action] {
        timer_ = {};
        (this->*action)();
    });
}

void ShardReader::stop_timer() {
    if (timer_ != TimerId{}) home_.cancel(std::exchange(timer_, TimerId{}));
}

}  // namespace millrace::lambda
