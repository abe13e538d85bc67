#include <utility>

#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/registration.h"

namespace millrace::kinesis {

void register_stream_consumer(Streams& streams, const aws::RequestContext& context,
                              api::kinesis::RegisterStreamConsumerInput input,
                              aws::Reply<api::kinesis::RegisterStreamConsumer> reply) {
    register_consumer(
        streams, context.scope, {.arn = input.stream_arn, .stream_id = input.stream_id},
        std::move(input.consumer_name), std::move(input.tags).value_or(Tags{}),
        [reply = std::move(reply)](aws::Outcome<Consumer> consumer) mutable {
            if (!consumer) return reply(std::unexpected(std::move(consumer.error())));
            reply(api::kinesis::RegisterStreamConsumerOutput{.consumer = describe_consumer(*consumer)});
        });
}

}  // namespace millrace::kinesis
