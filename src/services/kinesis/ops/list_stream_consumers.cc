#include <utility>

#include "codec/timestamp.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/consumer_target.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/page_token.h"

namespace millrace::kinesis {
namespace {

constexpr auto kListing = PageToken::Listing::kConsumers;

/// The name after which the listing of the stream's consumers goes on.
aws::Outcome<std::string> start_of(const api::kinesis::ListStreamConsumersInput& input, const Stream& stream,
                                   WallTime now) {
    if (!input.next_token) return "";
    if (input.stream_creation_timestamp) {
        return std::unexpected(
            invalid_argument("NextToken and StreamCreationTimestamp cannot be provided together."));
    }
    auto page = parse_page_token(*input.next_token, kListing);
    if (!page || page->stream != stream.name) return std::unexpected(invalid_argument("Invalid NextToken."));
    if (is_expired(*page, now))
        return std::unexpected(api::kinesis::expired_next_token_exception("NextToken expired."));
    return std::move(page->last_shard);
}

}  // namespace

void list_stream_consumers(Streams& streams, const aws::RequestContext& context,
                           api::kinesis::ListStreamConsumersInput input,
                           aws::Reply<api::kinesis::ListStreamConsumers> reply) {
    const auto found =
        resolve(streams.state(), context.scope, {.arn = input.stream_arn, .stream_id = input.stream_id});
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    if (input.stream_creation_timestamp &&
        codec::whole_seconds(*input.stream_creation_timestamp) != codec::whole_seconds(stream.created))
        return reply(std::unexpected(stream_not_found(context.scope, stream.name)));
    const WallTime now = streams.clock().now();
    const auto after = start_of(input, stream, now);
    if (!after) return reply(std::unexpected(after.error()));

    api::kinesis::ListStreamConsumersOutput output;
    auto& consumers = output.consumers.emplace();
    const auto limit = static_cast<std::size_t>(input.max_results.value_or(kListConsumersDefault));
    for (const Consumer* consumer :
         streams.consumers().state().list({.scope = stream.scope, .name = stream.name}, *after)) {
        if (consumers.size() == limit) {
            output.next_token = to_token(PageToken{.listing = kListing,
                                                   .stream = stream.name,
                                                   .last_shard = consumers.back().consumer_name,
                                                   .created = now});
            break;
        }
        consumers.push_back(describe_consumer(*consumer));
    }
    reply(std::move(output));
}

}  // namespace millrace::kinesis
