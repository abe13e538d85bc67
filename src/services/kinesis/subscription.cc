#include "services/kinesis/subscription.h"

#include <utility>

#include "aws/common_errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {

Subscription::Subscription(Context context, Executor& executor, const Clock& clock,
                           std::shared_ptr<ShardFeed> feed, storage::Offset from)
    : context_(std::move(context)), executor_(executor), clock_(clock), feed_(std::move(feed)), next_(from) {
    feed_->add_reader(*this);
}

Subscription::~Subscription() {
    sink_ = nullptr;
    finish(std::nullopt);
}

void Subscription::open(aws::EventSink& sink) {
    sink_ = &sink;
    if (finished_) return tell_end(why_);  // before it began
    last_sent_ = clock_.monotonic();
    end_timer_ = executor_.run_at(last_sent_ + kSubscriptionLifetime, [this] { finish(std::nullopt); });
    wait_to_beat(last_sent_ + kSubscriptionHeartbeat);
    pump();
}

void Subscription::finish(std::optional<aws::ServiceError> why) {
    if (finished_) return;
    finished_ = true;
    executor_.cancel(end_timer_);
    executor_.cancel(heartbeat_timer_);
    executor_.cancel(rate_timer_);
    feed_->remove_reader(*this);
    feed_.reset();
    std::exchange(context_.fan_out, nullptr)->ended(context_.key, context_.protocol, this);
    if (sink_ == nullptr) {
        why_ = std::move(why);
    } else {
        tell_end(why);
    }
}

void Subscription::tell_end(const std::optional<aws::ServiceError>& why) {
    if (why) sink_->send(SharedBytes(aws::exception_frame(context_.protocol, *why)));
    sink_->end();
}

void Subscription::pump() {
    if (finished_ || sink_ == nullptr || reading_) return;
    if (!feed_->exists()) return finish(context_.stream_gone);
    if (sink_->full()) return;
    if (feed_->ends_at(next_)) {
        send(feed_->last_event());
        return finish(std::nullopt);
    }
    if (!feed_->has_more(next_) || waits_for_rate()) return;
    reading_ = true;
    feed_->read(next_, [this, alive = std::weak_ptr(alive_)](Result<ShardFeed::Batch> batch) {
        if (!alive.expired()) receive(std::move(batch));
    });
}

bool Subscription::waits_for_rate() {
    if (context_.throttle == nullptr) return false;
    const MonotonicTime next = context_.throttle->next_push(context_.key.consumer_arn, context_.key.log);
    if (next <= clock_.monotonic()) return false;
    executor_.cancel(rate_timer_);
    rate_timer_ = executor_.run_at(next, [this] { pump(); });
    return true;
}

void Subscription::receive(Result<ShardFeed::Batch> batch) {
    reading_ = false;
    if (finished_) return;
    if (!batch) return finish(aws::internal_failure(batch.error().message));
    if (!batch->frame) return;
    next_ = batch->next;
    if (context_.throttle != nullptr)
        context_.throttle->count_push(context_.key.consumer_arn, context_.key.log, batch->bytes);
    send(std::move(*batch->frame));
    // One event a task: a subscriber that catches up holds nobody up.
    executor_.post([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) pump();
    });
}

void Subscription::send(SharedBytes frame) {
    last_sent_ = clock_.monotonic();
    sink_->send(std::move(frame));
}

void Subscription::wait_to_beat(MonotonicTime when) {
    heartbeat_timer_ = executor_.run_at(when, [this] { beat(); });
}

void Subscription::beat() {
    if (finished_) return;  // ended by a timer that was due with this one
    const MonotonicTime due = last_sent_ + kSubscriptionHeartbeat;
    const MonotonicTime now = clock_.monotonic();
    if (now < due) return wait_to_beat(due);
    // Who does not take its events needs no sign of life, and who has more to read gets that.
    if (!sink_->full() && !reading_ && !feed_->has_more(next_)) send(feed_->heartbeat(next_));
    wait_to_beat(now + kSubscriptionHeartbeat);
}

}  // namespace millrace::kinesis
