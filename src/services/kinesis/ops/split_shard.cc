#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resharding.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<HashKey> check_border(const Stream& stream, const Shard& shard, const std::string& text) {
    const auto key = parse_hash_key(text);
    if (key && *key > shard.range.first && *key - shard.range.first > 1 && *key < shard.range.last) {
        return *key;
    }
    return std::unexpected(invalid_argument(fmt::format(
        "NewStartingHashKey {} used in SplitShard() on shard {} in stream {} under account {} is not both "
        "greater than one plus the shard's StartingHashKey {} and less than the shard's EndingHashKey {}.",
        text, shard_name(shard.index), stream.name, stream.scope.account, to_decimal(shard.range.first),
        to_decimal(shard.range.last))));
}

}  // namespace

void split_shard(Streams& streams, const aws::RequestContext& context, api::kinesis::SplitShardInput input,
                 aws::Reply<api::kinesis::SplitShard> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    const auto index = resolve_shard_index(context.scope, *name, input.shard_to_split);
    if (!index) return reply(std::unexpected(index.error()));
    streams.reshard(
        context.scope, *name,
        [&](const Stream& stream, Reshard& reshard, StreamOptions& options) -> aws::Outcome<void> {
            if (auto valid = check_provisioned(stream, options); !valid) return valid;
            const auto shard = find_open_shard(stream, input.shard_to_split);
            if (!shard) return std::unexpected(shard.error());
            const auto border = check_border(stream, **shard, input.new_starting_hash_key);
            if (!border) return std::unexpected(border.error());
            reshard.split((*shard)->index, *border);
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
