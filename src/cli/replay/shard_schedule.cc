#include "cli/replay/shard_schedule.h"

#include <algorithm>
#include <utility>

namespace millrace::cli {

using codec::Json;
using codec::JsonObject;

Answer<std::vector<ShardLineage>> list_shards(Api& api, std::string_view stream) {
    std::vector<ShardLineage> shards;
    std::string token;
    do {
        const JsonObject input =
            token.empty() ? JsonObject{{"StreamName", stream}} : JsonObject{{"NextToken", token}};
        const auto answer = api.kinesis("ListShards", input);
        if (!answer) return std::unexpected(answer.error());
        for (const Json& shard : list_at(*answer, "Shards")) {
            ShardLineage lineage{.id = text_at(shard, "ShardId"), .parents = {}};
            for (const char* parent : {"ParentShardId", "AdjacentParentShardId"}) {
                if (std::string id = text_at(shard, parent); !id.empty())
                    lineage.parents.push_back(std::move(id));
            }
            shards.push_back(std::move(lineage));
        }
        token = text_at(*answer, "NextToken");
    } while (!token.empty());
    return shards;
}

ShardSchedule::ShardSchedule(std::vector<ShardLineage> shards)
    : size_(shards.size()), waiting_(std::move(shards)) {
    for (const ShardLineage& shard : waiting_) unfinished_.insert(shard.id);
}

std::optional<std::string> ShardSchedule::take() {
    const auto ready = std::ranges::find_if(waiting_, [this](const ShardLineage& shard) {
        return std::ranges::none_of(
            shard.parents, [this](const std::string& parent) { return unfinished_.contains(parent); });
    });
    if (ready == waiting_.end()) return std::nullopt;
    std::string id = std::move(ready->id);
    waiting_.erase(ready);
    return id;
}

void ShardSchedule::finish(const std::string& id) {
    unfinished_.erase(id);
}

}  // namespace millrace::cli
