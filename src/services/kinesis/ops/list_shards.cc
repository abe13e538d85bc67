#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/page_token.h"

namespace millrace::kinesis {
namespace {

using api::kinesis::ListShardsInput;
using api::kinesis::ShardFilter;

constexpr auto kListing = PageToken::Listing::kShards;

struct Start {
    const Stream* stream = nullptr;
    std::optional<std::string> after;  ///< shard
};

std::unexpected<aws::ServiceError> excluded_by_token(const char* member) {
    return std::unexpected(
        invalid_argument(std::string("NextToken and ") + member + " cannot be provided together."));
}

aws::Outcome<Start> resume(const State& state, const aws::Scope& scope, const ListShardsInput& input,
                           WallTime now) {
    if (input.stream_name) return excluded_by_token("StreamName");
    if (input.exclusive_start_shard_id) return excluded_by_token("ExclusiveStartShardId");
    if (input.stream_creation_timestamp) return excluded_by_token("StreamCreationTimestamp");
    if (input.shard_filter) return excluded_by_token("ShardFilter");
    auto page = parse_page_token(*input.next_token, kListing);
    if (!page) return std::unexpected(invalid_argument("Invalid NextToken."));
    if (is_expired(*page, now))
        return std::unexpected(api::kinesis::expired_next_token_exception("NextToken expired."));
    const Target target{
        .name = std::move(page->stream), .arn = input.stream_arn, .stream_id = input.stream_id};
    const auto stream = resolve(state, scope, target);
    if (!stream) return std::unexpected(stream.error());
    return Start{.stream = *stream, .after = std::move(page->last_shard)};
}

aws::Outcome<void> check_filter(const ShardFilter& filter) {
    const bool by_shard = filter.type == "AFTER_SHARD_ID";
    const bool by_time = filter.type == "AT_TIMESTAMP" || filter.type == "FROM_TIMESTAMP";
    if (by_shard != filter.shard_id.has_value() || by_time != filter.timestamp.has_value()) {
        return std::unexpected(invalid_argument(
            "ShardFilter must specify ShardId with AFTER_SHARD_ID only, and Timestamp with AT_TIMESTAMP and "
            "FROM_TIMESTAMP only."));
    }
    return {};
}

aws::Outcome<Start> begin(const State& state, const aws::Scope& scope, const ListShardsInput& input) {
    if (!input.stream_name && !input.stream_arn && !input.stream_id) {
        return std::unexpected(invalid_argument("Either NextToken or StreamName should be provided."));
    }
    const auto stream = resolve(state, scope, target_of(input));
    if (!stream) return std::unexpected(stream.error());
    if (input.stream_creation_timestamp && *input.stream_creation_timestamp != (*stream)->created) {
        return std::unexpected(stream_not_found(scope, (*stream)->name));
    }
    Start start{.stream = *stream, .after = input.exclusive_start_shard_id};
    if (input.shard_filter) {
        if (auto valid = check_filter(*input.shard_filter); !valid)
            return std::unexpected(std::move(valid.error()));
        // Shards are never closed here: each one is there at any time from the stream's creation on, and
        // every other filter lets all of them pass.
        if (input.shard_filter->shard_id) start.after = input.shard_filter->shard_id;
    }
    return start;
}

}  // namespace

void list_shards(Streams& streams, const aws::RequestContext& context, ListShardsInput input,
                 aws::Reply<api::kinesis::ListShards> reply) {
    const WallTime now = streams.clock().now();
    const auto start = input.next_token ? resume(streams.state(), context.scope, input, now)
                                        : begin(streams.state(), context.scope, input);
    if (!start) return reply(std::unexpected(start.error()));
    const Stream& stream = *start->stream;
    if (stream.status == StreamStatus::kCreating) {
        return reply(std::unexpected(stream_not_active(stream.scope, stream.name, stream.status)));
    }

    // Any well-formed shard name is a place in the listing, there or not.
    std::size_t next = 0;
    if (start->after) {
        const auto after = parse_shard_name(*start->after);
        if (!after) return reply(std::unexpected(shard_not_found(stream, *start->after)));
        next = std::size_t{*after} + 1;
    }
    const auto limit = static_cast<std::size_t>(input.max_results.value_or(kListShardsDefault));
    api::kinesis::ListShardsOutput output;
    output.shards.emplace();
    for (; next < stream.shards.size() && output.shards->size() < limit; ++next) {
        output.shards->push_back(describe_shard(stream.shards[next]));
    }
    if (next < stream.shards.size()) {
        output.next_token = to_token(PageToken{.listing = kListing,
                                               .stream = stream.name,
                                               .last_shard = output.shards->back().shard_id,
                                               .created = now});
    }
    reply(std::move(output));
}

}  // namespace millrace::kinesis
