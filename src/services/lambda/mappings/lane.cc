#include "services/lambda/mappings/lane.h"

#include <algorithm>

#include "base/assert.h"
#include "services/lambda/mappings/batch_response.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kEventEnvelopeBytes = 16;
constexpr std::size_t kWindowEnvelopeBytes = 1024;  // more than what stands around a state
constexpr Milliseconds kFirstPause{100};
constexpr Milliseconds kPauseMax{10'000};
/// When it was too busy; it may be free at any time.
constexpr Milliseconds kBusyPauseMax{500};

}  // namespace

Lane::Lane(const std::string& shard_id, const BatchSettings& settings, Executor& home, const Clock& clock,
           ShardReaderHost& host, std::function<void()> changed)
    : shard_id_(shard_id),
      settings_(settings),
      home_(home),
      clock_(clock),
      host_(host),
      changed_(std::move(changed)),
      window_(settings) {}

Lane::~Lane() {
    *alive_ = false;
    stop_timer();
}

void Lane::add(ports::SourceRecord record) {
    if (records_.empty()) window_end_ = clock_.monotonic() + settings_.window;
    event_bytes_ += host_.event_bytes(shard_id_, record);
    records_.push_back(std::move(record));
}

void Lane::was_topped_up() {
    if (phase_ == Phase::kIdle) topped_up_ = true;
}

bool Lane::wants_more() const {
    if (phase_ != Phase::kIdle || cut_batch().full) return false;
    return records_.empty() || settings_.window > Seconds{0} || !topped_up_;
}

void Lane::begin_full_batch() {
    if (phase_ != Phase::kIdle || close_window(false, false) || records_.empty()) return;
    take_up_attempts();
    const Cut cut = cut_batch();
    if (cut.full) invoke(cut.records);
}

void Lane::begin_batch(bool end_of_shard) {
    if (phase_ != Phase::kIdle || close_window(true, end_of_shard)) return;
    if (records_.empty()) {
        if (const auto& open = window_.open())
            set_timer(to_monotonic(open->end + kWindowGrace), &Lane::time_passed);
        return;
    }
    const Cut cut = cut_batch();
    if (cut.full || end_of_shard || !wait_for_window()) invoke(cut.records);
}

void Lane::retry_now() {
    if (phase_ != Phase::kBackingOff) return;
    stop_timer();
    pauses_ = 0;
    check_retention();
}

std::optional<ports::Cursor> Lane::first() const {
    if (records_.empty()) return std::nullopt;
    return records_.front().cursor;
}

std::vector<ports::SourceRecord> Lane::retire() {
    MILLRACE_ASSERT(at_rest());
    stop_timer();
    return std::move(records_);
}

Lane::Cut Lane::cut_batch() const {
    const std::size_t of_window = window_.fit(records_);
    if (!parts_.empty()) return {std::min(parts_.front(), of_window), true};
    const std::size_t records = std::min(of_window, static_cast<std::size_t>(settings_.batch_size));
    const bool full =
        records == static_cast<std::size_t>(settings_.batch_size) || of_window < records_.size();
    const std::size_t envelope =
        kEventEnvelopeBytes + (window_.open() ? kWindowEnvelopeBytes + window_.open()->state.size() : 0);
    if (event_bytes_ + envelope <= kBatchBytesMax) return {records, full};
    std::size_t bytes = envelope;
    for (std::size_t i = 0; i < records; ++i) {
        bytes += host_.event_bytes(shard_id_, records_[i]);
        // A record that alone is too large is handed over all the same: better than never.
        if (bytes > kBatchBytesMax && i > 0) return {i, true};
    }
    return {records, full};
}

bool Lane::wait_for_window() {
    if (settings_.window == Seconds{0}) return false;
    MonotonicTime until = window_end_;
    if (const auto call = window_.call_for(records_.front()))
        until = std::min(until, to_monotonic(call->end));
    if (clock_.monotonic() >= until) return false;
    set_timer(until, &Lane::time_passed);
    return true;
}

MonotonicTime Lane::to_monotonic(WallTime time) const {
    return clock_.monotonic() + (time - clock_.now());
}

void Lane::invoke(std::size_t records) {
    stop_timer();
    phase_ = Phase::kInvoking;
    const auto window = window_.call_for(records_.front());
    host_.invoke(shard_id_, {.records = std::span(records_).first(records), .window = window},
                 [this, alive = alive_, records, windowed = window.has_value()](const InvokeResult& result,
                                                                                std::string_view request_id) {
                     if (!*alive) return;
                     last_request_id_ = request_id;
                     batch_ended(records, result, windowed);
                 });
}

void Lane::batch_ended(std::size_t records, const InvokeResult& result, bool windowed) {
    phase_ = Phase::kIdle;
    if (result.refused) {
        // It was not tried, so this is no retry.
        host_.batch_ended(shard_id_, {});
        return back_off(kBusyPauseMax);
    }
    ++invokes_;
    last_version_ = result.executed_version;
    last_function_error_ = result.function_error;
    const std::size_t successes = take_answer(records, result, windowed);
    host_.batch_ended(shard_id_, {.success = successes == records,
                                  .failed = std::span(records_).subspan(successes, records - successes),
                                  .request_id = last_request_id_});
    if (parts_.empty()) parts_.push_front(records);
    if (successes > 0) {
        pauses_ = 0;
        begin_new_part();
        move_past(successes);
    }
    if (successes == records) return changed_();
    // The rest has attempts of its own, as on AWS.
    if (successes > 0) return back_off();
    batch_failed(records);
}

// How many succeeded. An answer without the state of a window is a failure.
std::size_t Lane::take_answer(std::size_t records, const InvokeResult& result, bool windowed) {
    if (result.function_error) return 0;
    std::optional<std::string> state = windowed ? window_state(result.payload) : std::nullopt;
    if (windowed && !state) return 0;
    const std::size_t successes = settings_.report_failures
                                      ? count_successes(result.payload, std::span(records_).first(records))
                                      : records;
    if (state && successes > 0) window_.accept(records_.front(), std::move(*state));
    return successes;
}

// Whether that was to be done. The shard stands still until the function takes it.
bool Lane::close_window(bool nothing_more, bool end_of_shard) {
    if (!window_.must_close(records_, nothing_more, end_of_shard ? WallTime::max() : clock_.now()))
        return false;
    stop_timer();
    phase_ = Phase::kInvoking;
    host_.invoke(shard_id_, {.records = {}, .window = window_.closing_call()},
                 [this, alive = alive_](const InvokeResult& result, std::string_view request_id) {
                     if (*alive) window_closed(result, request_id);
                 });
    return true;
}

void Lane::window_closed(const InvokeResult& result, std::string_view request_id) {
    phase_ = Phase::kIdle;
    const bool success = !result.refused && !result.function_error && window_state(result.payload);
    host_.batch_ended(shard_id_, {.success = success, .request_id = request_id, .closes_window = true});
    if (!success) return back_off();
    pauses_ = 0;
    window_.closed();
    changed_();
}

void Lane::batch_failed(std::size_t records) {
    if (counts_attempts()) ++attempts_revision_;
    if (settings_.bisect && records > 1) return split(records);
    if (++failures_ > settings_.retries_max && settings_.retries_max >= 0)
        return give_up(records, DiscardReason::kRetriesExhausted);
    back_off();
}

// Halves are other batches than the one that failed: tried at once, lest one bad record of many stop the
// shard for all the pauses on the way to it.
void Lane::split(std::size_t records) {
    parts_.front() = records - records / 2;
    parts_.insert(parts_.begin() + 1, records / 2);
    pauses_ = 0;
    begin_new_part();
    changed_();
}

void Lane::back_off() {
    back_off(kPauseMax);
}

void Lane::back_off(Milliseconds pause_max) {
    phase_ = Phase::kBackingOff;
    const Milliseconds pause = std::min(pause_max, kFirstPause * (1 << std::min(pauses_++, 10)));
    set_timer(clock_.monotonic() + pause, &Lane::check_retention);
    changed_();
}

// What the stream has dropped meanwhile is not tried again.
void Lane::check_retention() {
    if (records_.empty()) {
        phase_ = Phase::kIdle;
        return changed_();
    }
    phase_ = Phase::kLooking;
    host_.read(shard_id_, records_.front().cursor, {.records = 1, .bytes = 1},
               [this, alive = alive_](const Result<ports::SourceBatch>& oldest) {
                   if (*alive) drop_lost(oldest);
               });
}

void Lane::drop_lost(const Result<ports::SourceBatch>& oldest) {
    phase_ = Phase::kIdle;
    if (!oldest) {
        if (oldest.error().code == ErrorCode::kNotFound) return host_.shard_lost(shard_id_);
        return back_off();
    }
    const auto is_kept = [&](const ports::SourceRecord& record) {
        return !oldest->records.empty() && record.cursor >= oldest->records.front().cursor;
    };
    const auto lost = static_cast<std::size_t>(std::ranges::find_if(records_, is_kept) - records_.begin());
    if (lost > 0) return give_up(lost, DiscardReason::kNoLongerInStream);
    changed_();
}

void Lane::give_up_old_records() {
    if (phase_ != Phase::kIdle || settings_.record_age_max < Seconds{0}) return;
    const WallTime oldest = clock_.now() - settings_.record_age_max;
    const auto is_young = [&](const ports::SourceRecord& record) { return record.arrival >= oldest; };
    const auto old = static_cast<std::size_t>(std::ranges::find_if(records_, is_young) - records_.begin());
    if (old > 0) give_up(old, DiscardReason::kTooOld);
}

void Lane::drop_unwanted() {
    if (phase_ != Phase::kIdle || !std::exchange(filter_anew_, false)) return;
    const std::size_t dropped = std::erase_if(records_, [&](const ports::SourceRecord& record) {
        if (host_.is_wanted(record)) return false;
        event_bytes_ -= host_.event_bytes(shard_id_, record);
        return true;
    });
    if (dropped == 0) return;
    host_.filtered_out(dropped);
    parts_.clear();
    begin_new_part();
}

void Lane::give_up(std::size_t records, DiscardReason reason) {
    phase_ = Phase::kDiscarding;
    host_.discard(shard_id_,
                  {.records = std::span(records_).first(records),
                   .reason = reason,
                   .request_id = invokes_ > 0 ? std::string_view(last_request_id_) : std::string_view(),
                   .invokes = invokes_,
                   .executed_version = last_version_,
                   .function_error = last_function_error_,
                   .window = window_.call_for(records_.front())},
                  [this, alive = alive_, records] {
                      if (!*alive) return;
                      phase_ = Phase::kIdle;
                      pauses_ = 0;
                      begin_new_part();
                      move_past(records);
                      changed_();
                  });
}

void Lane::begin_new_part() {
    failures_ = invokes_ = 0;
}

std::optional<Attempts> Lane::attempts() const {
    const bool tried = counts_attempts() && !parts_.empty() && !records_.empty();
    if (!tried || (failures_ == 0 && parts_.size() == 1)) return std::nullopt;
    Attempts attempts{
        .first = records_.front().cursor, .parts = {}, .failures = failures_, .invokes = invokes_};
    std::size_t end = 0;
    for (const std::size_t part : parts_) attempts.parts.push_back(records_[(end += part) - 1].cursor);
    return attempts;
}

void Lane::take_up_attempts() {
    const std::vector<Attempts> resumed = std::exchange(resumed_, {});
    const auto own = std::ranges::find(resumed, records_.front().cursor, &Attempts::first);
    if (own == resumed.end() || !counts_attempts()) return;
    std::size_t begin = 0;
    for (const ports::Cursor last : own->parts) {
        const auto behind = std::ranges::upper_bound(records_, last, {}, &ports::SourceRecord::cursor);
        const auto end = static_cast<std::size_t>(behind - records_.begin());
        if (end > begin) parts_.push_back(end - std::exchange(begin, end));
    }
    failures_ = own->failures;
    invokes_ = own->invokes;
}

void Lane::move_past(std::size_t records) {
    MILLRACE_ASSERT(records > 0 && records <= records_.size());
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
    topped_up_ = false;
}

void Lane::set_timer(MonotonicTime when, void (Lane::*action)()) {
    stop_timer();
    timer_ = home_.run_at(when, [this, action] {
        timer_ = {};
        (this->*action)();
    });
}

void Lane::stop_timer() {
    if (timer_ != TimerId{}) home_.cancel(std::exchange(timer_, TimerId{}));
}

}  // namespace millrace::lambda
