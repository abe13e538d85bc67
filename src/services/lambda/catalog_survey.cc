#include "services/lambda/catalog_survey.h"

#include <charconv>

#include "services/lambda/asynchronous/async_invocations.h"
#include "services/lambda/function.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    storage::for_each_below(pairs, kFunctionsPrefix, [&](const std::string&, const std::string& value) {
        if (const auto function = function_from_json(value); !function)
            survey.unreadable.push_back(function.error());
    });
    storage::for_each_below(pairs, kMappingsPrefix, [&](const std::string&, const std::string& value) {
        if (const auto mapping = mapping_from_json(value); !mapping)
            survey.unreadable.push_back(mapping.error());
    });
    if (const auto log = pairs.find(kAsyncLogKey); log != pairs.end()) {
        std::uint64_t id = 0;
        std::from_chars(log->second.data(), log->second.data() + log->second.size(), id);
        survey.logs[storage::LogId{id}] = "asynchronous events of functions";
    }
}

}  // namespace millrace::lambda
