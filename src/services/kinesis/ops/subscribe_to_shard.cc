#include "services/kinesis/ops/subscribe_to_shard.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/position.h"

namespace millrace::kinesis {
namespace {

struct Wanted {
    const Consumer* consumer;
    const Stream* stream;
    const Shard* shard;
};

aws::Outcome<Wanted> resolve_wanted(Streams& streams, const aws::Scope& scope,
                                    const api::kinesis::SubscribeToShardInput& input) {
    const auto consumer =
        resolve_consumer(streams, scope, {.consumer_arn = input.consumer_arn, .stream_id = input.stream_id});
    if (!consumer) return std::unexpected(consumer.error());
    if ((*consumer)->status != ConsumerStatus::kActive)
        return std::unexpected(consumer_not_active(**consumer));
    const auto stream = resolve_usable(streams.state(), scope, {.name = (*consumer)->stream});
    if (!stream) return std::unexpected(stream.error());
    const auto shard = resolve_shard(**stream, input.shard_id);
    if (!shard) return std::unexpected(shard.error());
    return Wanted{.consumer = *consumer, .stream = *stream, .shard = *shard};
}

}  // namespace

void subscribe_to_shard(FanOut& fan_out, Streams& streams, const aws::RequestContext& context,
                        api::kinesis::SubscribeToShardInput input, aws::EventReply reply) {
    const auto wanted = resolve_wanted(streams, context.scope, input);
    if (!wanted) return reply(std::unexpected(wanted.error()));
    const Position position{.type = std::move(input.starting_position.type),
                            .sequence_number = std::move(input.starting_position.sequence_number),
                            .timestamp = input.starting_position.timestamp};
    if (auto valid = check_position(position, streams.clock().now()); !valid)
        return reply(std::unexpected(std::move(valid.error())));
    if (Throttle* throttle = streams.throttle()) {
        const std::string subject = fmt::format("{} {}", input.consumer_arn, input.shard_id);
        if (!throttle->admit_subscription(subject))
            return reply(std::unexpected(call_rate_exceeded(context.scope, wanted->stream->name)));
    }
    locate(streams.store(), *wanted->stream, *wanted->shard, position, "SubscribeToShard",
           [fan_out = fan_out.shared_from_this(), consumer = *wanted->consumer, shard = *wanted->shard,
            protocol = context.protocol, dry_run = input.dry_run.value_or(false),
            streams = streams.shared_from_this(),
            reply = std::move(reply)](aws::Outcome<storage::Offset> offset) mutable {
               if (!offset) return reply(std::unexpected(std::move(offset.error())));
               if (dry_run)
                   return reply(std::unexpected(
                       answer_dry_run(streams->throttle(), stream_arn(consumer.scope, consumer.stream))));
               reply(fan_out->subscribe(consumer, shard, *offset, protocol));
           });
}

}  // namespace millrace::kinesis
