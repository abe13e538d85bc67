#include <fmt/format.h>
#include <utility>

#include "services/kinesis/consumer.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<Tags> tags_of(Streams& streams, const aws::Scope& scope,
                           const api::kinesis::ListTagsForResourceInput& input) {
    if (parse_consumer_arn(input.resource_arn)) {
        const auto consumer = resolve_consumer(
            streams, scope, {.consumer_arn = input.resource_arn, .stream_id = input.stream_id});
        if (!consumer) return std::unexpected(consumer.error());
        return (*consumer)->tags;
    }
    if (!parse_stream_arn(input.resource_arn))
        return std::unexpected(invalid_argument(fmt::format("Invalid ResourceARN {}.", input.resource_arn)));
    const auto stream =
        resolve(streams.state(), scope, {.arn = input.resource_arn, .stream_id = input.stream_id});
    if (!stream) return std::unexpected(stream.error());
    return (*stream)->options.tags;
}

}  // namespace

void list_tags_for_resource(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::ListTagsForResourceInput input,
                            aws::Reply<api::kinesis::ListTagsForResource> reply) {
    const auto tags = tags_of(streams, context.scope, input);
    if (!tags) return reply(std::unexpected(tags.error()));
    api::kinesis::ListTagsForResourceOutput output;
    output.tags.emplace();
    for (const auto& [key, value] : *tags) output.tags->push_back({.key = key, .value = value});
    reply(std::move(output));
}

}  // namespace millrace::kinesis
