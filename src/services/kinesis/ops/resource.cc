#include "services/kinesis/ops/resource.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

aws::Outcome<Resource> resolve_resource(Streams& streams, const aws::Scope& scope,
                                        const ResourceTarget& target) {
    if (const auto id = parse_consumer_arn(target.arn)) {
        const auto consumer =
            resolve_consumer(streams, scope, {.consumer_arn = target.arn, .stream_id = target.stream_id});
        if (!consumer) return std::unexpected(consumer.error());
        return Resource{.stream = streams.state().find(scope, id->stream.name), .consumer = *consumer};
    }
    if (!parse_stream_arn(target.arn))
        return std::unexpected(invalid_argument(fmt::format("Invalid ResourceARN {}.", target.arn)));
    const auto stream = resolve(streams.state(), scope, {.arn = target.arn, .stream_id = target.stream_id});
    if (!stream) return std::unexpected(stream.error());
    return Resource{.stream = *stream};
}

void change_resource(Streams& streams, const aws::Scope& scope, const ResourceTarget& target,
                     ChangeSettings change, Streams::Done done) {
    const auto resource = resolve_resource(streams, scope, target);
    if (!resource) return done(std::unexpected(resource.error()));
    const Stream& stream = *resource->stream;
    if (resource->consumer == nullptr) {
        return streams.change(
            scope, stream.name,
            [change = std::move(change), name = stream.name](StreamOptions& options) mutable {
                return change(
                    {.kind = "stream", .name = name, .tags = options.tags, .policy = options.policy});
            },
            std::move(done));
    }
    // What is written of the consumer must not stand behind the end of its stream.
    if (!is_usable(stream.status))
        return done(std::unexpected(stream_not_active(scope, stream.name, stream.status)));
    streams.consumers().change(
        *resource->consumer,
        [change = std::move(change)](Consumer& consumer) mutable {
            return change({.kind = "consumer",
                           .name = consumer.name,
                           .tags = consumer.tags,
                           .policy = consumer.policy});
        },
        std::move(done));
}

}  // namespace millrace::kinesis
