#include "services/kinesis/catalog_survey.h"

#include <fmt/format.h>

#include "services/kinesis/stream_json.h"

namespace millrace::kinesis {

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    storage::for_each_below(pairs, kStreamsPrefix, [&](const std::string& key, const std::string& value) {
        const auto stream = parse_stream(key, value);
        if (!stream) return survey.unreadable.push_back(stream.error());
        for (const Shard& shard : stream->shards) {
            survey.logs[shard.log] = fmt::format("shard {} of stream {} ({}, {})", shard_name(shard.index),
                                                 stream->name, stream->scope.account, stream->scope.region);
        }
    });
}

}  // namespace millrace::kinesis
