#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<void> check_consumer_tags(const Tags& tags, const std::string& name) {
    if (tags.size() <= kTagsPerConsumerMax) return {};
    return std::unexpected(invalid_argument(fmt::format(
        "Failed to add tags to consumer {} because a given consumer cannot have more than {} tags "
        "associated with it.",
        name, kTagsPerConsumerMax)));
}

}  // namespace

void register_stream_consumer(Streams& streams, const aws::RequestContext& context,
                              api::kinesis::RegisterStreamConsumerInput input,
                              aws::Reply<api::kinesis::RegisterStreamConsumer> reply) {
    const auto stream =
        resolve(streams.state(), context.scope, {.arn = input.stream_arn, .stream_id = input.stream_id});
    if (!stream) return reply(std::unexpected(stream.error()));
    if ((*stream)->status != StreamStatus::kActive) {
        return reply(std::unexpected(stream_not_active(context.scope, (*stream)->name, (*stream)->status)));
    }
    Tags tags = std::move(input.tags).value_or(Tags{});
    if (auto valid = check_consumer_tags(tags, input.consumer_name); !valid)
        return reply(std::unexpected(std::move(valid.error())));
    streams.consumers().add(
        **stream, std::move(input.consumer_name), std::move(tags),
        [reply = std::move(reply)](aws::Outcome<Consumer> consumer) mutable {
            if (!consumer) return reply(std::unexpected(std::move(consumer.error())));
            reply(api::kinesis::RegisterStreamConsumerOutput{.consumer = describe_consumer(*consumer)});
        });
}

}  // namespace millrace::kinesis
