#include "services/lambda/catalog_survey.h"

#include "base/number.h"
#include "services/lambda/asynchronous/async_invocations.h"
#include "services/lambda/function.h"
#include "services/lambda/mappings/mapping.h"
#include "services/lambda/records/layer_version.h"

namespace millrace::lambda {

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    storage::for_each_below(pairs, kFunctionsPrefix, [&](const std::string&, const std::string& value) {
        if (const auto function = function_from_json(value); !function)
            survey.unreadable.push_back(function.error());
    });
    storage::for_each_below(pairs, kVersionsPrefix, [&](const std::string&, const std::string& value) {
        if (const auto version = function_from_json(value); !version)
            survey.unreadable.push_back(version.error());
    });
    storage::for_each_below(pairs, kLayerVersionsPrefix, [&](const std::string&, const std::string& value) {
        if (const auto layer = LayerVersion::from_json(value); !layer)
            survey.unreadable.push_back(layer.error());
    });
    storage::for_each_below(pairs, kMappingsPrefix, [&](const std::string&, const std::string& value) {
        if (const auto mapping = mapping_from_json(value); !mapping)
            survey.unreadable.push_back(mapping.error());
    });
    if (const auto log = pairs.find(kAsyncLogKey); log != pairs.end()) {
        const std::uint64_t id = parse_number<std::uint64_t>(log->second).value_or(0);
        survey.logs[storage::LogId{id}] = "asynchronous events of functions";
    }
}

}  // namespace millrace::lambda
