#include "services/logs/catalog_survey.h"

#include <fmt/format.h>

#include "services/logs/state.h"

namespace millrace::logs {
namespace {

Error not_a_key(const std::string& key) {
    return {ErrorCode::kCorruption, "not a key of log groups and streams in the catalog: " + key};
}

}  // namespace

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    storage::for_each_below(pairs, kGroupPrefix, [&](const std::string& key, const std::string& value) {
        const auto name = parse_catalog_key(key);
        if (!name) return survey.unreadable.push_back(not_a_key(key));
        if (const auto group = parse_group(*name, value); !group) survey.unreadable.push_back(group.error());
    });
    storage::for_each_below(pairs, kStreamPrefix, [&](const std::string& key, const std::string& value) {
        const auto name = parse_catalog_key(key);
        if (!name) return survey.unreadable.push_back(not_a_key(key));
        const auto stream = parse_stream(*name, value);
        if (!stream) return survey.unreadable.push_back(stream.error());
        survey.logs[stream->log] = fmt::format("log stream {} of log group {} ({}, {})", name->stream,
                                               name->group, name->scope.account, name->scope.region);
    });
}

}  // namespace millrace::logs
