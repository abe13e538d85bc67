#include "services/kinesis/catalog_survey.h"

#include <fmt/format.h>

#include "services/kinesis/shard_json.h"
#include "services/kinesis/stream_json.h"

namespace millrace::kinesis {

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    const auto add = [&](const StreamId& stream, const Shard& shard) {
        survey.logs[shard.log] = fmt::format("shard {} of stream {} ({}, {})", shard_name(shard.index),
                                             stream.name, stream.scope.account, stream.scope.region);
    };
    storage::for_each_below(pairs, kStreamsPrefix, [&](const std::string& key, const std::string& value) {
        const auto stream = parse_stream(key, value);
        if (!stream) return survey.unreadable.push_back(stream.error());
        for (const auto& [index, shard] : stream->shards.by_index()) {
            add({.scope = stream->scope, .name = stream->name}, shard);
        }
    });
    storage::for_each_below(pairs, kShardsPrefix, [&](const std::string& key, const std::string& value) {
        const auto stored = parse_shard(key, value);
        if (!stored) return survey.unreadable.push_back(stored.error());
        add(stored->stream, stored->shard);
    });
}

}  // namespace millrace::kinesis
