#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/error.h"
#include "aws/event_stream.h"
#include "base/executor.h"
#include "base/time.h"
#include "services/kinesis/consumer.h"
#include "services/kinesis/shard_feed.h"

namespace millrace::kinesis {

class Subscription;

/// Who is subscribed to which shard: one subscriber a consumer and shard. A later call takes over, but not
/// within kSubscriptionTakeover of the one before. Threads: the home executor, which must outlive it.
class FanOut : public std::enable_shared_from_this<FanOut> {
  public:
    /// Ends the subscriptions of consumers that are deregistered.
    static std::shared_ptr<FanOut> make(std::shared_ptr<Streams> streams, Executor& executor);

    /// Records from `from` on. Errors: ResourceInUseException.
    [[nodiscard]] aws::Outcome<std::unique_ptr<aws::EventSource>> subscribe(const Consumer& consumer,
                                                                            const Shard& shard,
                                                                            storage::Offset from,
                                                                            aws::Protocol protocol);

    /// For who takes the service down: all streams end.
    void close();

    [[nodiscard]] std::size_t subscriptions() const { return seats_.size(); }
    [[nodiscard]] std::size_t feeds() const { return feeds_.size(); }

  private:
    friend class Subscription;

    struct Key {
        std::string consumer_arn;
        storage::LogId log;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    /// Kept for kSubscriptionTakeover when its subscription ends sooner.
    struct Seat {
        MonotonicTime since;
        Subscription* holder = nullptr;
    };
    using FeedKey = std::pair<storage::LogId, aws::Protocol>;

    FanOut(std::shared_ptr<Streams> streams, Executor& executor)
        : streams_(std::move(streams)), executor_(executor) {}
    [[nodiscard]] std::shared_ptr<ShardFeed> feed_of(const StreamId& stream, const Shard& shard,
                                                     aws::Protocol protocol);
    void end_all(const Consumer& consumer);
    void finish(std::vector<Subscription*> subscriptions, const std::optional<aws::ServiceError>& why);
    /// By a subscription that ends, which has let go of its feed.
    void ended(const Key& key, aws::Protocol protocol, const Subscription* subscription);
    void vacate(const Key& key, MonotonicTime since);

    std::shared_ptr<Streams> streams_;
    Executor& executor_;
    std::map<Key, Seat> seats_;
    std::map<FeedKey, std::weak_ptr<ShardFeed>> feeds_;
};

}  // namespace millrace::kinesis
