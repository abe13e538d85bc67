#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resharding.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<void> merge(const Stream& stream, Reshard& reshard, const StreamOptions& options,
                         const api::kinesis::MergeShardsInput& input) {
    if (auto valid = check_provisioned(stream, options); !valid) return valid;
    const auto shard = find_open_shard(stream, input.shard_to_merge);
    if (!shard) return std::unexpected(shard.error());
    const auto adjacent = find_open_shard(stream, input.adjacent_shard_to_merge);
    if (!adjacent) return std::unexpected(adjacent.error());
    // One past the last key of all is 0, with which a shard begins that is not adjacent.
    const HashKey next = (*shard)->range.last + 1;
    if (next == 0 || next != (*adjacent)->range.first) {
        return std::unexpected(invalid_argument(fmt::format(
            "Shards {} and {} in stream {} under account {} are not an adjacent pair of shards "
            "eligible for merging",
            shard_name((*shard)->index), shard_name((*adjacent)->index), stream.name, stream.scope.account)));
    }
    reshard.merge((*shard)->index, (*adjacent)->index);
    return {};
}

}  // namespace

void merge_shards(Streams& streams, const aws::RequestContext& context, api::kinesis::MergeShardsInput input,
                  aws::Reply<api::kinesis::MergeShards> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    for (const std::string& shard : {input.shard_to_merge, input.adjacent_shard_to_merge}) {
        const auto index = resolve_shard_index(context.scope, *name, shard);
        if (!index) return reply(std::unexpected(index.error()));
    }
    streams.reshard(
        context.scope, *name,
        [&](const Stream& stream, Reshard& reshard, StreamOptions& options) {
            return merge(stream, reshard, options, input);
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
