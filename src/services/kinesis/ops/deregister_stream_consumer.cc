#include <utility>

#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void deregister_stream_consumer(Streams& streams, const aws::RequestContext& context,
                                api::kinesis::DeregisterStreamConsumerInput input,
                                aws::Reply<api::kinesis::DeregisterStreamConsumer> reply) {
    const auto consumer = resolve_consumer(streams, context.scope, consumer_target_of(input));
    if (!consumer) return reply(std::unexpected(consumer.error()));
    streams.consumers().remove(**consumer, answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
