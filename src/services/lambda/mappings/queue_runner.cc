#include "services/lambda/mappings/queue_runner.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/log.h"
#include "services/lambda/errors.h"
#include "services/lambda/execution/trace.h"
#include "services/lambda/filters/sqs_filter.h"
#include "services/lambda/mappings/batch_response.h"
#include "services/lambda/mappings/sqs_event.h"
#include "services/lambda/refused_pause.h"

namespace millrace::lambda {

namespace {

/// Others than this mapping may hold the function's concurrency.
constexpr Milliseconds kFirstPause{100};
constexpr Milliseconds kPauseMax{1'000};
/// What AWS adds to window and timeout when a queue hides messages for less than both.
constexpr Seconds kVisibilityMargin{30};
constexpr std::size_t kEventEnvelopeBytes = 16;

// Patterns were checked before they were kept.
FilterCriteria filter_of(const Mapping& mapping) {
    return FilterCriteria::compile(mapping.filters, FilterCriteria::Source::kSqs).value_or(FilterCriteria());
}

/// A batch is as recursive as the worst of its messages.
std::string trace_of(const std::vector<ports::QueueMessage>& messages) {
    std::string_view trace;
    for (const ports::QueueMessage& message : messages) {
        const auto found = message.system_attributes.find("AWSTraceHeader");
        if (found != message.system_attributes.end()) trace = longer_trace(trace, found->second);
    }
    return std::string(trace);
}

}  // namespace

QueueRunner::QueueRunner(Mapping mapping, MappingDependencies& dependencies)
    : mapping_(std::move(mapping)),
      filter_(filter_of(mapping_)),
      counts_(std::make_shared<EventCounts>(mapping_, dependencies.metrics)),
      dependencies_(dependencies) {}

QueueRunner::~QueueRunner() {
    *alive_ = false;
    for (const Batch& batch : running_) {
        if (batch.timer != TimerId{}) dependencies_.home.cancel(batch.timer);
    }
    for (const TimerId timer : {collecting_.timer, receive_again_}) {
        if (timer != TimerId{}) dependencies_.home.cancel(timer);
    }
}

void QueueRunner::start() {
    watch_ = dependencies_.queues.watch(mapping_.source_arn, [this] {
        may_have_messages_ = true;
        advance();
    });
    advance();
}

void QueueRunner::pause() {
    paused_ = true;
    hand_over();
}

// What the function makes of batches under way still counts: else a success could be a dead letter.
bool QueueRunner::leave(Task gone) {
    pause();
    // What the function was too busy for is not offered again.
    std::erase_if(running_, [this](const Batch& batch) {
        if (!batch.waits()) return false;
        dependencies_.home.cancel(batch.timer);
        return true;
    });
    if (running_.empty() && !receiving_) return false;
    gone_ = std::move(gone);
    return true;
}

void QueueRunner::resume() {
    paused_ = false;
    may_have_messages_ = true;
    advance();
}

void QueueRunner::replace_mapping(Mapping mapping) {
    mapping_ = std::move(mapping);
    filter_ = filter_of(mapping_);
    counts_ = std::make_shared<EventCounts>(mapping_, dependencies_.metrics);
    hand_over();
    advance();
}

void QueueRunner::advance() {
    if (receiving_) return;
    if (is_full()) hand_over();
    if (may_receive()) return receive();
    const bool open =
        mapping_.batches.window > Seconds{0} && dependencies_.clock.monotonic() < collecting_.window_end;
    if (!open || gone_) hand_over();
    if (gone_ && running_.empty()) std::exchange(gone_, {})();
}

bool QueueRunner::may_receive() const {
    const auto max = mapping_.concurrency_max.value_or(dependencies_.concurrency_max);
    return !paused_ && may_have_messages_ && receive_again_ == TimerId{} && running_.size() < max &&
           std::ranges::none_of(running_, &Batch::waits);
}

bool QueueRunner::is_full() const {
    return collecting_.messages.size() >= static_cast<std::size_t>(mapping_.batches.batch_size) ||
           collecting_.bytes + kEventEnvelopeBytes >= kPayloadBytesMax;
}

// At least what the queue says, and long enough for the function.
Seconds QueueRunner::visibility() const {
    const auto queue = dependencies_.queues.find(mapping_.source_arn);
    const Seconds own = queue ? queue->visibility_timeout : Seconds{0};
    const Seconds needed =
        mapping_.batches.window + dependencies_.timeout_of(mapping_.scope, mapping_.function);
    return needed > own ? needed + kVisibilityMargin : own;
}

void QueueRunner::receive() {
    receiving_ = true;
    may_have_messages_ = false;  // what comes from now on wakes
    const std::size_t room =
        static_cast<std::size_t>(mapping_.batches.batch_size) - collecting_.messages.size();
    const std::size_t limit = std::min(room, ports::MessageQueues::kMessagesMax);
    dependencies_.queues.receive(
        mapping_.source_arn, limit, visibility(),
        [this, alive = alive_, limit, asked = dependencies_.clock.monotonic()](auto messages) {
            if (!*alive) return;
            if (messages && messages->size() == limit) may_have_messages_ = true;
            // Never deeper: a queue that answers at once would exhaust the stack.
            dependencies_.home.post([this, alive, asked, messages = std::move(messages)]() mutable {
                if (*alive) take(std::move(messages), asked);
            });
        });
}

void QueueRunner::take(Result<std::vector<ports::QueueMessage>> messages, MonotonicTime asked) {
    receiving_ = false;
    if (!messages) {
        if (messages.error().code != ErrorCode::kNotFound) receive_later(messages.error());
        return advance();
    }
    refused_ = false;
    counts_->add(EventCounts::kPolled, messages->size());
    std::vector<std::string> unwanted;
    for (ports::QueueMessage& message : *messages) {
        if (passes(filter_, message, mapping_.source_arn)) {
            collect(std::move(message), asked);
        } else {
            unwanted.push_back(std::move(message.receipt_handle));
        }
    }
    if (!mapping_.filters.empty() && !messages->empty())
        counts_->add(EventCounts::kFilteredOut, unwanted.size());
    remove(std::move(unwanted), false);
    advance();
}

// Storage refuses for now: a full disk, an unreadable sector.
void QueueRunner::receive_later(const Error& error) {
    if (!std::exchange(refused_, true)) {
        log(LogLevel::kError, "a mapping cannot receive from its queue",
            {{"mapping", mapping_.uuid}, {"error", error.message}});
    }
    if (receive_again_ != TimerId{}) return;
    receive_again_ = dependencies_.home.run_at(dependencies_.clock.monotonic() + kRefusedPause, [this] {
        receive_again_ = {};
        may_have_messages_ = true;
        advance();
    });
}

void QueueRunner::collect(ports::QueueMessage message, MonotonicTime asked) {
    const std::size_t bytes = event_bytes(message, mapping_.source_arn);
    if (collecting_.bytes + bytes + kEventEnvelopeBytes > kPayloadBytesMax) hand_over();
    if (collecting_.messages.empty()) {
        collecting_.window_end = asked + mapping_.batches.window;
        collecting_.hand_over_until =
            asked + visibility() - dependencies_.timeout_of(mapping_.scope, mapping_.function);
        if (mapping_.batches.window > Seconds{0}) {
            collecting_.timer = dependencies_.home.run_at(collecting_.window_end, [this] {
                collecting_.timer = {};
                hand_over();
                advance();
            });
        }
    }
    collecting_.bytes += bytes;
    collecting_.messages.push_back(std::move(message));
}

void QueueRunner::hand_over() {
    if (collecting_.messages.empty()) return;
    if (collecting_.timer != TimerId{}) {
        dependencies_.home.cancel(std::exchange(collecting_.timer, TimerId{}));
    }
    running_.push_back(std::exchange(collecting_, {}));
    invoke(std::prev(running_.end()));
}

void QueueRunner::invoke(BatchPtr batch) {
    counts_->add(EventCounts::kInvoked, batch->messages.size());
    dependencies_.invoke(mapping_.scope, mapping_.function,
                         {.request_id = make_uuid(dependencies_.random),
                          .payload = make_sqs_event(batch->messages, mapping_.source_arn),
                          .trace = trace_of(batch->messages),
                          .done = [this, alive = alive_, batch](const InvokeResult& result) {
                              if (*alive) batch_ended(batch, result);
                          }});
}

void QueueRunner::batch_ended(BatchPtr batch, const InvokeResult& result) {
    if (result.refused) counts_->add(EventCounts::kFailedInvoke, batch->messages.size());
    // Its messages show up again, and reach the dead letter queue in the end.
    if (result.refused && result.refused->code == kRecursionCode) return finish(batch);
    if (result.refused) return offer_again(batch);
    std::vector<std::string> done;
    if (!result.function_error) {
        std::vector<std::string_view> ids;
        for (const ports::QueueMessage& message : batch->messages) ids.push_back(message.message_id);
        const auto failed = mapping_.batches.report_failures ? failed_items(result.payload, ids)
                                                             : std::set<std::string, std::less<>>();
        for (ports::QueueMessage& message : batch->messages) {
            if (failed && !failed->contains(message.message_id)) {
                done.push_back(std::move(message.receipt_handle));
            }
        }
    }
    counts_->add_any(EventCounts::kFailedInvoke, batch->messages.size() - done.size());
    remove(std::move(done), true);
    // Later: what has ended still holds the function's concurrency.
    dependencies_.home.post([this, alive = alive_] {
        if (*alive) offer_oldest();
    });
    finish(batch);
}

void QueueRunner::offer_oldest() {
    const auto oldest = std::ranges::find_if(running_, &Batch::waits);
    if (oldest == running_.end()) return;
    dependencies_.home.cancel(std::exchange(oldest->timer, TimerId{}));
    invoke(oldest);
}

// The function was not run.
void QueueRunner::offer_again(BatchPtr batch) {
    const Milliseconds pause = std::min(kPauseMax, kFirstPause * (1 << std::min(batch->pauses++, 10)));
    const MonotonicTime when = dependencies_.clock.monotonic() + pause;
    if (gone_ || when > batch->hand_over_until) return finish(batch);
    batch->timer = dependencies_.home.run_at(when, [this, batch] {
        batch->timer = {};
        invoke(batch);
    });
}

void QueueRunner::finish(BatchPtr batch) {
    running_.erase(batch);
    advance();
}

void QueueRunner::remove(std::vector<std::string> handles, bool processed) {
    for (std::size_t at = 0; at < handles.size(); at += ports::MessageQueues::kMessagesMax) {
        const std::size_t end = std::min(handles.size(), at + ports::MessageQueues::kMessagesMax);
        std::vector<std::string> some(
            std::make_move_iterator(handles.begin() + static_cast<std::ptrdiff_t>(at)),
            std::make_move_iterator(handles.begin() + static_cast<std::ptrdiff_t>(end)));
        const std::size_t count = some.size();
        dependencies_.queues.remove(
            mapping_.source_arn, std::move(some),
            [uuid = mapping_.uuid, counts = counts_, count, processed](const Result<>& removed) {
                if (processed) counts->add(EventCounts::kDeleted, removed ? count : 0);
                if (removed || removed.error().code == ErrorCode::kNotFound) return;
                log(LogLevel::kError, "a mapping cannot delete messages",
                    {{"mapping", uuid}, {"error", removed.error().message}});
            });
    }
}

}  // namespace millrace::lambda
