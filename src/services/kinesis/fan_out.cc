#include "services/kinesis/fan_out.h"

#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/subscription.h"

namespace millrace::kinesis {

std::shared_ptr<FanOut> FanOut::make(std::shared_ptr<Streams> streams, Executor& executor) {
    std::shared_ptr<FanOut> fan_out(new FanOut(std::move(streams), executor));
    fan_out->streams_->consumers().observe_removals([weak = fan_out->weak_from_this()](const Consumer& gone) {
        const auto self = weak.lock();
        if (!self) return;
        self->end_all(gone);
        self->streams_->watchers().notify(stream_arn(gone.scope, gone.stream));
    });
    return fan_out;
}

aws::Outcome<std::unique_ptr<aws::EventSource>> FanOut::subscribe(const Consumer& consumer,
                                                                  const Shard& shard, storage::Offset from,
                                                                  aws::Protocol protocol) {
    const MonotonicTime now = streams_->clock().monotonic();
    Key key{.consumer_arn = consumer_arn(consumer), .log = shard.log};
    const auto [seat, vacant] = seats_.try_emplace(key);
    const aws::ServiceError in_use = subscription_exists(consumer, shard);
    if (!vacant && now - seat->second.since < kSubscriptionTakeover) return std::unexpected(in_use);
    if (Subscription* before = std::exchange(seat->second.holder, nullptr)) before->finish(in_use);
    auto feed = feed_of({.scope = consumer.scope, .name = consumer.stream}, shard, protocol);
    auto subscription = std::make_unique<Subscription>(
        Subscription::Context{.fan_out = shared_from_this(),
                              .key = std::move(key),
                              .protocol = protocol,
                              .throttle = streams_->throttle(),
                              .stream_gone = stream_not_found(consumer.scope, consumer.stream)},
        executor_, streams_->clock(), std::move(feed), from);
    seat->second = {.since = now, .holder = subscription.get()};
    return subscription;
}

std::shared_ptr<ShardFeed> FanOut::feed_of(const StreamId& stream, const Shard& shard,
                                           aws::Protocol protocol) {
    std::weak_ptr<ShardFeed>& place = feeds_[{shard.log, protocol}];
    auto feed = place.lock();
    if (feed == nullptr) {
        feed = std::make_shared<ShardFeed>(streams_, stream, shard, protocol);
        feed->start();
        place = feed;
    }
    return feed;
}

void FanOut::end_all(const Consumer& consumer) {
    const std::string arn = consumer_arn(consumer);
    std::vector<Subscription*> subscriptions;
    for (auto seat = seats_.lower_bound({.consumer_arn = arn, .log = storage::LogId{0}});
         seat != seats_.end() && seat->first.consumer_arn == arn; ++seat) {
        if (seat->second.holder != nullptr) subscriptions.push_back(seat->second.holder);
    }
    finish(std::move(subscriptions), consumer_not_found(consumer.scope, arn));
}

void FanOut::close() {
    std::vector<Subscription*> subscriptions;
    for (const auto& [key, seat] : seats_) {
        if (seat.holder != nullptr) subscriptions.push_back(seat.holder);
    }
    finish(std::move(subscriptions), std::nullopt);
}

/// Each gives up its seat, so that these cannot be walked meanwhile.
void FanOut::finish(std::vector<Subscription*> subscriptions, const std::optional<aws::ServiceError>& why) {
    for (Subscription* subscription : subscriptions) subscription->finish(why);
}

void FanOut::ended(const Key& key, aws::Protocol protocol, const Subscription* subscription) {
    const auto feed = feeds_.find({key.log, protocol});
    if (feed != feeds_.end() && feed->second.expired()) feeds_.erase(feed);
    const auto seat = seats_.find(key);
    if (seat == seats_.end() || seat->second.holder != subscription) return;
    seat->second.holder = nullptr;
    const MonotonicTime since = seat->second.since;
    if (streams_->clock().monotonic() - since >= kSubscriptionTakeover) {
        seats_.erase(seat);
        return;
    }
    executor_.run_at(since + kSubscriptionTakeover, [weak = weak_from_this(), key, since] {
        if (const auto self = weak.lock()) self->vacate(key, since);
    });
}

void FanOut::vacate(const Key& key, MonotonicTime since) {
    const auto seat = seats_.find(key);
    const bool same = seat != seats_.end() && seat->second.since == since;
    if (same && seat->second.holder == nullptr) seats_.erase(seat);
}

}  // namespace millrace::kinesis
