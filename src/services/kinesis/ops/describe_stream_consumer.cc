#include <utility>

#include "codec/timestamp.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/operations.h"

namespace millrace::kinesis {

void describe_stream_consumer(Streams& streams, const aws::RequestContext& context,
                              api::kinesis::DescribeStreamConsumerInput input,
                              aws::Reply<api::kinesis::DescribeStreamConsumer> reply) {
    const auto found = resolve_consumer(streams, context.scope, consumer_target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Consumer& consumer = **found;
    reply(api::kinesis::DescribeStreamConsumerOutput{
        .consumer_description = {.consumer_name = consumer.name,
                                 .consumer_arn = consumer_arn(consumer),
                                 .consumer_status = std::string(to_string(consumer.status)),
                                 .consumer_creation_timestamp = codec::whole_seconds(consumer.created),
                                 .stream_arn = stream_arn(consumer.scope, consumer.stream)}});
}

}  // namespace millrace::kinesis
