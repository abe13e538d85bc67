#pragma once

#include <memory>
#include <optional>

#include "aws/error.h"
#include "aws/event_stream.h"
#include "base/executor.h"
#include "base/time.h"
#include "services/kinesis/fan_out.h"
#include "services/kinesis/shard_feed.h"

namespace millrace::kinesis {

/// One subscriber of a shard: pushes its feed's events as they become readable, and an empty one when there
/// was none for kSubscriptionHeartbeat. Reads on only while the client takes what it was sent. Ends after
/// kSubscriptionLifetime. Threads: the home executor.
class Subscription final : public aws::EventSource, private ShardFeed::Reader {
  public:
    struct Context {
        std::shared_ptr<FanOut> fan_out;
        FanOut::Key key;
        aws::Protocol protocol;
        Throttle* throttle;             ///< nullptr: no limits; the fan-out keeps it
        aws::ServiceError stream_gone;  ///< what the client is told when the stream is deleted
    };

    Subscription(Context context, Executor& executor, const Clock& clock, std::shared_ptr<ShardFeed> feed,
                 storage::Offset from);
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription() override;

    void open(aws::EventSink& sink) override;
    void ready() override { pump(); }

    /// Ends the stream, with an exception where there is a reason to tell, and lets go of everything but the
    /// client.
    void finish(std::optional<aws::ServiceError> why);

  private:
    void shard_changed() override { pump(); }
    void tell_end(const std::optional<aws::ServiceError>& why);
    void pump();
    /// Whether the consumer has had its share of the shard; pump() follows when there is more.
    [[nodiscard]] bool waits_for_rate();
    void receive(Result<ShardFeed::Batch> batch);
    void send(SharedBytes frame);
    void wait_to_beat(MonotonicTime when);
    void beat();

    Context context_;
    Executor& executor_;
    const Clock& clock_;
    std::shared_ptr<ShardFeed> feed_;
    storage::Offset next_;
    aws::EventSink* sink_ = nullptr;
    bool reading_ = false;
    bool finished_ = false;
    std::optional<aws::ServiceError> why_;
    MonotonicTime last_sent_;
    TimerId end_timer_;
    TimerId heartbeat_timer_;
    TimerId rate_timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for tasks that may come too late
};

}  // namespace millrace::kinesis
