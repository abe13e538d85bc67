#include <algorithm>
#include <utility>

#include "codec/timestamp.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/page_token.h"
#include "services/kinesis/shard_window.h"

namespace millrace::kinesis {
namespace {

using api::kinesis::ListShardsInput;
using api::kinesis::ShardFilter;

constexpr auto kListing = PageToken::Listing::kShards;

struct Start {
    const Stream* stream = nullptr;
    std::optional<std::string> after;  ///< shard
    ShardWindow window;
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
    return Start{.stream = *stream, .after = std::move(page->last_shard), .window = page->window};
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

/// By default all shards that the retention period holds. AWS says of FROM_TIMESTAMP alone that a time before
/// the trim horizon is corrected to it; AT_TIMESTAMP would otherwise find no shards at all.
ShardWindow window_of(const std::optional<ShardFilter>& filter, const Stream& stream, WallTime now) {
    const WallTime horizon = trim_horizon(stream, now);
    if (!filter || filter->type == "FROM_TRIM_HORIZON" || filter->type == "AFTER_SHARD_ID") {
        return {.created_until = kForever, .closed_from = horizon};
    }
    if (filter->type == "AT_TRIM_HORIZON") return {.created_until = horizon, .closed_from = horizon};
    if (filter->type == "AT_LATEST") return {.created_until = kForever, .closed_from = kForever};
    const WallTime time = std::clamp(*filter->timestamp, horizon, kForever);
    if (filter->type == "AT_TIMESTAMP") return {.created_until = time, .closed_from = time};
    return {.created_until = kForever, .closed_from = time};
}

aws::Outcome<Start> begin(const State& state, const aws::Scope& scope, const ListShardsInput& input,
                          WallTime now) {
    if (!input.stream_name && !input.stream_arn && !input.stream_id) {
        return std::unexpected(invalid_argument("Either NextToken or StreamName should be provided."));
    }
    const auto stream = resolve(state, scope, target_of(input));
    if (!stream) return std::unexpected(stream.error());
    if (input.stream_creation_timestamp &&
        codec::whole_seconds(*input.stream_creation_timestamp) != codec::whole_seconds((*stream)->created)) {
        return std::unexpected(stream_not_found(scope, (*stream)->name));
    }
    if (input.shard_filter) {
        if (auto valid = check_filter(*input.shard_filter); !valid)
            return std::unexpected(std::move(valid.error()));
    }
    Start start{.stream = *stream,
                .after = input.exclusive_start_shard_id,
                .window = window_of(input.shard_filter, **stream, now)};
    if (input.shard_filter && input.shard_filter->shard_id) start.after = input.shard_filter->shard_id;
    return start;
}

}  // namespace

void list_shards(Streams& streams, const aws::RequestContext& context, ListShardsInput input,
                 aws::Reply<api::kinesis::ListShards> reply) {
    const WallTime now = streams.clock().now();
    const auto start = input.next_token ? resume(streams.state(), context.scope, input, now)
                                        : begin(streams.state(), context.scope, input, now);
    if (!start) return reply(std::unexpected(start.error()));
    const Stream& stream = *start->stream;
    if (stream.status == StreamStatus::kCreating) {
        return reply(std::unexpected(stream_not_active(stream.scope, stream.name, stream.status)));
    }

    // Any well-formed shard name is a place in the listing, there or not.
    const auto& shards = stream.shards.by_index();
    auto next = shards.begin();
    if (start->after) {
        const auto after = resolve_shard_index(stream.scope, stream.name, *start->after);
        if (!after) return reply(std::unexpected(after.error()));
        next = shards.upper_bound(*after);
    }
    const auto skip = [&] {
        while (next != shards.end() && !passes(next->second, start->window)) ++next;
    };
    const auto limit =
        static_cast<std::size_t>(std::min(input.max_results.value_or(kListShardsMax), kListShardsMax));
    api::kinesis::ListShardsOutput output;
    output.shards.emplace();
    for (skip(); next != shards.end() && output.shards->size() < limit; ++next, skip()) {
        output.shards->push_back(describe_shard(next->second, streams.store()));
    }
    if (next != shards.end()) {
        output.next_token = to_token(PageToken{.listing = kListing,
                                               .stream = stream.name,
                                               .last_shard = output.shards->back().shard_id,
                                               .window = start->window,
                                               .created = now});
    }
    reply(std::move(output));
}

}  // namespace millrace::kinesis
