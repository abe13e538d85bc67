#include "services/lambda/asynchronous/async_invocations.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "base/number.h"
#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"
#include "services/lambda/refused_pause.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kEventsMax = 10'000;
constexpr std::size_t kEventBytesMax = 256_MiB;
/// Events handed to functions at a time; the others wait here, so that callers who wait for an answer get
/// theirs.
constexpr std::size_t kRunningMax = 64;
/// Of a failed run, for the record of it.
constexpr std::size_t kKeptPayloadBytesMax = 256_KiB;
/// As AWS's: a function that leads back to itself through destinations is stopped after so many.
constexpr int kHopsMax = 16;
constexpr std::string_view kFunctionGone = "its function is gone";
constexpr std::uint64_t kTrimEvery = 256;
constexpr storage::ReadLimits kRecoveryRead{.entries = 1000, .bytes = 8_MiB};

storage::Offset after(storage::Offset offset) {
    return storage::Offset{offset.value() + 1};
}

}  // namespace

AsyncInvocations::AsyncInvocations(Executor& home, const Clock& clock, storage::LogStore& logs,
                                   storage::Catalog& catalog, AsyncHooks hooks, AsyncTimes times)
    : home_(home), clock_(clock), logs_(logs), catalog_(catalog), hooks_(std::move(hooks)), times_(times) {}

AsyncInvocations::~AsyncInvocations() {
    *alive_ = false;
}

void AsyncInvocations::open(std::move_only_function<void(Result<>)> done) {
    const std::optional<std::string> known = catalog_.get(kAsyncLogKey);
    if (!known) return done({});
    log_ = storage::LogId{parse_number<std::uint64_t>(*known).value_or(0)};
    trimmed_ = next_offset_ = logs_.begin(log_);
    recover(next_offset_, std::move(done));
}

void AsyncInvocations::start() {
    started_ = true;
    dispatch();
}

void AsyncInvocations::reset() {
    *std::exchange(alive_, std::make_shared<bool>(true)) = false;
    events_.clear();
    ready_.clear();
    bytes_ = running_ = 0;
    log_ = {};
    next_offset_ = trimmed_ = {};
}

// The catalog's entry is written before the first event, to the same journal, so it is never the one that is
// missing.
void AsyncInvocations::ensure_log() {
    if (log_ != storage::LogId{}) return;
    log_ = catalog_.new_log_id();
    storage::CatalogChange change;
    change.puts.emplace_back(kAsyncLogKey, fmt::format("{}", log_.value()));
    catalog_.commit(std::move(change), [](Result<>) {});  // when it fails, so does the event's append
}

void AsyncInvocations::recover(storage::Offset from, std::move_only_function<void(Result<>)> done) {
    logs_.read(
        log_, from, kRecoveryRead,
        [this, alive = alive_, done = std::move(done)](Result<std::vector<storage::Entry>> entries) mutable {
            if (!*alive) return;
            if (!entries) return done(std::unexpected(entries.error()));
            for (const storage::Entry& entry : *entries) {
                if (Result<> replayed = replay(entry); !replayed) return done(std::move(replayed));
            }
            if (!entries->empty()) return recover(next_offset_, std::move(done));
            for (auto& [offset, waiting] : events_) resume(offset, waiting);
            home_.post([this, alive = std::move(alive)] {
                if (*alive) dispatch();
            });
            done({});
        });
}

Result<> AsyncInvocations::replay(const storage::Entry& entry) {
    auto decoded = decode_async_entry(entry.payload.view());
    if (!decoded) return std::unexpected(decoded.error());
    next_offset_ = after(entry.offset);
    if (auto* event = std::get_if<AsyncEvent>(&*decoded)) {
        add(entry.offset, std::move(*event));
    } else if (auto* failure = std::get_if<AsyncFailure>(&*decoded)) {
        replay(std::move(*failure));
    } else {
        replay(std::get<AsyncDone>(*decoded));
    }
    return {};
}

void AsyncInvocations::replay(AsyncFailure failure) {
    const auto found = events_.find(failure.offset);
    if (found == events_.end()) return;
    found->second.failures = failure.failures;
    found->second.retry_at = failure.retry_at;
    found->second.last = AsyncAttempt{.payload = std::move(failure.payload),
                                      .function_error = true,
                                      .executed_version = std::move(failure.executed_version)};
}

void AsyncInvocations::replay(AsyncDone done) {
    forget(done.offset);
}

void AsyncInvocations::forget(storage::Offset offset) {
    const auto found = events_.find(offset);
    if (found == events_.end()) return;
    bytes_ -= found->second.event.payload.size();
    events_.erase(found);
}

// What had failed waits for the rest of its pause, and no longer than one lasts if the clock was set back.
void AsyncInvocations::resume(storage::Offset offset, Waiting& waiting) {
    const auto left = std::chrono::ceil<Milliseconds>(waiting.retry_at - clock_.now());
    if (left <= Milliseconds{0}) return ready_.push_back(offset);
    try_after(offset, std::min(left, std::max(times_.first_retry, times_.second_retry)));
}

void AsyncInvocations::add(storage::Offset offset, AsyncEvent event) {
    bytes_ += event.payload.size();
    events_.emplace(offset, Waiting{.event = std::move(event)});
}

void AsyncInvocations::accept(AsyncEvent event, std::move_only_function<void(Result<>)> done) {
    if (events_.size() >= kEventsMax || bytes_ + event.payload.size() > kEventBytesMax) {
        return done(fail(ErrorCode::kResourceExhausted, "too many events wait to be run"));
    }
    ensure_log();
    std::vector<storage::NewEntry> entries;
    entries.push_back({.log = log_, .time = event.accepted, .payload = SharedBytes{encode_entry(event)}});
    logs_.append(std::move(entries), [this, alive = alive_, event = std::move(event), done = std::move(done)](
                                         Result<std::vector<storage::Offset>> offsets) mutable {
        if (!*alive) return;
        if (!offsets) return done(std::unexpected(offsets.error()));
        const storage::Offset offset = offsets->front();
        next_offset_ = std::max(next_offset_, after(offset));
        add(offset, std::move(event));
        ready_.push_back(offset);
        done({});
        dispatch();
    });
}

void AsyncInvocations::dispatch() {
    while (started_ && running_ < kRunningMax && !ready_.empty()) {
        const storage::Offset offset = ready_.front();
        ready_.pop_front();
        start(offset);
    }
}

void AsyncInvocations::start(storage::Offset offset) {
    Waiting& waiting = events_.at(offset);
    waiting.timer = {};
    if (waiting.orphaned) return drop(offset, kFunctionGone);
    const AsyncPolicy policy = hooks_.policy_of(waiting.event);
    if (clock_.now() - waiting.event.accepted > policy.age_max)
        return conclude(offset, "EventAgeExceeded", policy);
    if (policy.stopped && policy.tells_of_failures())
        return conclude(offset, "ZeroReservedConcurrency", policy);
    if (waiting.event.hops >= kHopsMax && !policy.may_recur)
        return conclude(offset, "RecursiveInvocation", policy);
    ++running_;
    hooks_.run(waiting.event, {.request_id = waiting.event.request_id,
                               .payload = waiting.event.payload,
                               .client_context = waiting.event.client_context,
                               .trace = waiting.event.trace,
                               .done = [this, alive = alive_, offset](const InvokeResult& result) {
                                   if (*alive) ended(offset, result);
                               }});
}

void AsyncInvocations::ended(storage::Offset offset, const InvokeResult& result) {
    --running_;
    Waiting& waiting = events_.at(offset);
    const AsyncPolicy policy = hooks_.policy_of(waiting.event);
    if (!result.refused) {
        const bool wanted = result.function_error
                                ? policy.tells_of_failures() && result.payload.size() <= kKeptPayloadBytesMax
                                : !policy.on_success.empty();
        waiting.last = AsyncAttempt{.payload = wanted ? result.payload : std::string(),
                                    .function_error = result.function_error,
                                    .executed_version = result.executed_version};
    }
    if (waiting.orphaned || (result.refused && result.refused->code == "ResourceNotFoundException")) {
        drop(offset, kFunctionGone);
    } else if (result.refused && result.refused->code == kRecursionCode) {
        conclude(offset, "RecursiveInvocation", policy);
    } else if (result.refused) {
        const int doublings = std::min(waiting.throttles++, 16);
        retry_later(offset, std::min(times_.throttled_max, times_.throttled_first * (1 << doublings)),
                    policy);
    } else if (result.function_error) {
        function_failed(offset, policy);
    } else {
        ++waiting.failures;  // not one, but an invocation
        conclude(offset, "Success", policy);
    }
    // Not from here: a function that is refused at once would recurse.
    home_.post([this, alive = alive_] {
        if (*alive) dispatch();
    });
}

void AsyncInvocations::function_failed(storage::Offset offset, const AsyncPolicy& policy) {
    Waiting& waiting = events_.at(offset);
    if (++waiting.failures > policy.retries_max) return conclude(offset, "RetriesExhausted", policy);
    const Milliseconds pause = waiting.failures == 1 ? times_.first_retry : times_.second_retry;
    note_failure(offset, pause);
    retry_later(offset, pause, policy);
}

// So that a restart gives the event no more attempts than it has left.
void AsyncInvocations::note_failure(storage::Offset offset, Milliseconds delay) {
    const Waiting& waiting = events_.at(offset);
    const AsyncFailure failure{.offset = offset,
                               .failures = waiting.failures,
                               .retry_at = clock_.now() + delay,
                               .executed_version = waiting.last->executed_version,
                               .payload = waiting.last->payload};
    std::vector<storage::NewEntry> entries;
    entries.push_back({.log = log_, .time = clock_.now(), .payload = SharedBytes{encode_entry(failure)}});
    logs_.append(std::move(entries), [this, alive = alive_](Result<std::vector<storage::Offset>> offsets) {
        // When it failed the attempt counts until the next restart only.
        if (*alive && offsets) next_offset_ = std::max(next_offset_, after(offsets->back()));
    });
}

void AsyncInvocations::retry_later(storage::Offset offset, Milliseconds delay, const AsyncPolicy& policy) {
    const Waiting& waiting = events_.at(offset);
    if (clock_.now() + delay - waiting.event.accepted > policy.age_max)
        return conclude(offset, "EventAgeExceeded", policy);
    try_after(offset, delay);
}

void AsyncInvocations::try_after(storage::Offset offset, Milliseconds delay) {
    events_.at(offset).timer = home_.run_at(clock_.monotonic() + delay, [this, alive = alive_, offset] {
        if (!*alive) return;
        events_.at(offset).timer = {};
        ready_.push_back(offset);
        dispatch();
    });
}

void AsyncInvocations::retry_now(const aws::Scope& scope, const std::string& function) {
    for (auto& [offset, waiting] : events_) {
        const bool concerned = waiting.event.scope == scope && waiting.event.function == function;
        if (!concerned || waiting.timer == TimerId{} || waiting.throttles == 0) continue;
        home_.cancel(std::exchange(waiting.timer, TimerId{}));
        waiting.throttles = 0;
        ready_.push_back(offset);
    }
    dispatch();
}

void AsyncInvocations::function_deleted(const aws::Scope& scope, const std::string& function) {
    for (auto& [offset, waiting] : events_) {
        if (waiting.event.scope != scope || waiting.event.function != function) continue;
        waiting.orphaned = true;
        if (waiting.timer == TimerId{}) continue;  // it runs, or its turn comes
        home_.cancel(std::exchange(waiting.timer, TimerId{}));
        ready_.push_back(offset);
    }
    dispatch();
}

void AsyncInvocations::conclude(storage::Offset offset, std::string_view condition,
                                const AsyncPolicy& policy) {
    const Waiting& waiting = events_.at(offset);
    const bool success = condition == "Success";
    if (!success && !policy.tells_of_failures()) return drop(offset, condition);
    const AsyncEnding ending{.condition = condition, .invokes = waiting.failures, .last = waiting.last};
    auto settlement = std::make_shared<Settlement>();
    const std::string& destination = success ? policy.on_success : policy.on_failure;
    if (!destination.empty()) {
        add_destination(destination,
                        make_async_record(waiting.event, ending, policy.function_arn, clock_.now()),
                        waiting.event, *settlement);
    }
    if (!success && !policy.dead_letter.empty()) {
        settlement->deliveries.push_back({.queue_arn = policy.dead_letter,
                                          .body = waiting.event.payload,
                                          .attributes = dead_letter_attributes(waiting.event, ending)});
    }
    deliver(offset, std::move(settlement));
}

void AsyncInvocations::add_destination(const std::string& arn, const std::string& record,
                                       const AsyncEvent& event, Settlement& settlement) const {
    if (arn_part(arn, 2) != "lambda") {
        settlement.deliveries.push_back({.queue_arn = arn, .body = record, .attributes = {}});
        return;
    }
    settlement.followers.push_back(
        {.scope = {.account = std::string(arn_part(arn, 4)), .region = std::string(arn_part(arn, 3))},
         .function = std::string(arn_part(arn, 6)),
         .qualifier = std::string(arn_part(arn, 7)),
         .request_id = hooks_.make_id(),
         .client_context = {},
         .accepted = clock_.now(),
         .payload = record,
         .hops = event.hops + 1});
}

// The event is done when all is told. As on AWS, who does not take it stops nothing; what our own storage
// refuses for now is not lost for that.
void AsyncInvocations::deliver(storage::Offset offset, std::shared_ptr<Settlement> settlement) {
    if (settlement->deliveries.empty()) return finish(offset, std::move(settlement->followers));
    const Delivery& next = settlement->deliveries.front();
    hooks_.send(next.queue_arn, next.body, next.attributes,
                [this, alive = alive_, offset, settlement](const Result<>& sent) {
                    if (!*alive) return;
                    const bool refused = !sent && sent.error().code == ErrorCode::kUnavailable;
                    if (!sent && !(refused && std::exchange(settlement->refused, true))) {
                        log(LogLevel::kError, "a queue did not take what became of an asynchronous event",
                            {{"queue", settlement->deliveries.front().queue_arn},
                             {"function", events_.at(offset).event.function},
                             {"error", sent.error().message}});
                    }
                    if (refused)
                        return ask_again([this, offset, settlement] { deliver(offset, settlement); });
                    settlement->deliveries.pop_front();
                    settlement->refused = false;
                    deliver(offset, settlement);
                });
}

void AsyncInvocations::ask_again(Task task) {
    home_.run_at(clock_.monotonic() + kRefusedPause, [alive = alive_, task = std::move(task)]() mutable {
        if (*alive) task();
    });
}

void AsyncInvocations::drop(storage::Offset offset, std::string_view reason) {
    const AsyncEvent& event = events_.at(offset).event;
    log(LogLevel::kWarn, "an asynchronous event was dropped",
        {{"function", event.function}, {"requestId", event.request_id}, {"reason", reason}});
    finish(offset);
}

// With the events for other functions in one append: neither is there without the other. Until it is durable
// the event is not done, so that its entry stays in the log.
void AsyncInvocations::finish(storage::Offset offset, std::vector<AsyncEvent> followers) {
    std::vector<storage::NewEntry> entries;
    for (const AsyncEvent& event : followers) {
        entries.push_back({.log = log_, .time = event.accepted, .payload = SharedBytes{encode_entry(event)}});
    }
    entries.push_back(
        {.log = log_, .time = clock_.now(), .payload = SharedBytes{encode_entry(AsyncDone{offset})}});
    logs_.append(std::move(entries), [this, alive = alive_, offset, followers = std::move(followers)](
                                         Result<std::vector<storage::Offset>> offsets) mutable {
        if (!*alive) return;
        if (!offsets) {
            return ask_again([this, offset, followers = std::move(followers)]() mutable {
                finish(offset, std::move(followers));
            });
        }
        forget(offset);
        for (std::size_t i = 0; i < followers.size(); ++i) {
            add((*offsets)[i], std::move(followers[i]));
            ready_.push_back((*offsets)[i]);
        }
        next_offset_ = std::max(next_offset_, after(offsets->back()));
        trim();
        dispatch();
    });
}

void AsyncInvocations::trim() {
    const storage::Offset needed = events_.empty() ? next_offset_ : events_.begin()->first;
    if (needed.value() < trimmed_.value() + kTrimEvery) return;
    trimmed_ = needed;
    logs_.trim(log_, needed, [](Result<>) {});  // what was not trimmed is trimmed later
}

}  // namespace millrace::lambda
