#include <algorithm>
#include <utility>

#include "codec/timestamp.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/page_token.h"

namespace millrace::kinesis {
namespace {

constexpr auto kListing = PageToken::Listing::kStreams;

/// The name after which the listing goes on.
aws::Outcome<std::string> start_of(const api::kinesis::ListStreamsInput& input, WallTime now) {
    if (!input.next_token) return input.exclusive_start_stream_name.value_or("");
    if (input.exclusive_start_stream_name) {
        return std::unexpected(
            invalid_argument("NextToken and ExclusiveStartStreamName cannot be provided together."));
    }
    auto page = parse_page_token(*input.next_token, kListing);
    if (!page) return std::unexpected(invalid_argument("Invalid NextToken."));
    if (is_expired(*page, now))
        return std::unexpected(api::kinesis::expired_next_token_exception("NextToken expired."));
    return std::move(page->stream);
}

}  // namespace

void list_streams(Streams& streams, const aws::RequestContext& context, api::kinesis::ListStreamsInput input,
                  aws::Reply<api::kinesis::ListStreams> reply) {
    const WallTime now = streams.clock().now();
    const auto after = start_of(input, now);
    if (!after) return reply(std::unexpected(after.error()));

    api::kinesis::ListStreamsOutput output;
    output.stream_summaries.emplace();
    const auto limit =
        static_cast<std::size_t>(std::min(input.limit.value_or(kListStreamsMax), kListStreamsMax));
    for (const Stream* stream : streams.state().list(context.scope, *after)) {
        if (output.stream_names.size() == limit) {
            output.has_more_streams = true;
            output.next_token = to_token(
                PageToken{.listing = kListing, .stream = output.stream_names.back(), .created = now});
            break;
        }
        output.stream_names.push_back(stream->name);
        output.stream_summaries->push_back(
            {.stream_name = stream->name,
             .stream_arn = stream_arn(stream->scope, stream->name),
             .stream_status = std::string(to_string(stream->status)),
             .stream_mode_details = describe_mode(*stream),
             .stream_creation_timestamp = codec::whole_seconds(stream->created)});
    }
    reply(std::move(output));
}

}  // namespace millrace::kinesis
