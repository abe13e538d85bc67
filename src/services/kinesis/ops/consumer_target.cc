#include "services/kinesis/ops/consumer_target.h"

#include <fmt/format.h>

#include "codec/timestamp.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<const Consumer*> resolve_by_arn(Streams& streams, const aws::Scope& scope,
                                             const ConsumerTarget& target) {
    const std::string& arn = *target.consumer_arn;
    const auto id = parse_consumer_arn(arn);
    if (!id) return std::unexpected(invalid_argument(fmt::format("Invalid ConsumerARN {}.", arn)));
    const bool other_name = target.name && *target.name != id->name;
    const bool other_stream =
        target.stream_arn && *target.stream_arn != stream_arn(id->stream.scope, id->stream.name);
    if (other_name || other_stream) {
        return std::unexpected(
            invalid_argument("ConsumerARN, StreamARN and ConsumerName do not name the same consumer."));
    }
    const Consumer* consumer = id->stream.scope == scope ? streams.consumers().state().find(*id) : nullptr;
    if (consumer == nullptr) return std::unexpected(consumer_not_found(id->stream.scope, arn));
    return consumer;
}

}  // namespace

aws::Outcome<const Consumer*> resolve_consumer(Streams& streams, const aws::Scope& scope,
                                               const ConsumerTarget& target) {
    if (target.stream_id) return std::unexpected(invalid_argument("StreamId is not implemented."));
    if (target.consumer_arn) return resolve_by_arn(streams, scope, target);
    if (!target.stream_arn || !target.name) {
        return std::unexpected(
            invalid_argument("Either ConsumerARN or both StreamARN and ConsumerName should be provided."));
    }
    const auto stream = resolve_usable(streams.state(), scope, {.arn = target.stream_arn});
    if (!stream) return std::unexpected(stream.error());
    const Consumer* consumer =
        streams.consumers().state().find({.scope = scope, .name = (*stream)->name}, *target.name);
    if (consumer == nullptr) return std::unexpected(consumer_not_found(scope, *target.name));
    return consumer;
}

api::kinesis::Consumer describe_consumer(const Consumer& consumer) {
    return {.consumer_name = consumer.name,
            .consumer_arn = consumer_arn(consumer),
            .consumer_status = std::string(to_string(consumer.status)),
            .consumer_creation_timestamp = codec::whole_seconds(consumer.created)};
}

}  // namespace millrace::kinesis
