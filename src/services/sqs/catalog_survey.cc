#include "services/sqs/catalog_survey.h"

#include <fmt/format.h>

#include "services/sqs/queue_description.h"

namespace millrace::sqs {

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    storage::for_each_below(pairs, kQueuesPrefix, [&](const std::string& key, const std::string& value) {
        const auto queue = parse_description(key, value);
        if (!queue) return survey.unreadable.push_back(queue.error());
        survey.logs[queue->log] =
            fmt::format("queue {} ({}, {})", queue->name, queue->scope.account, queue->scope.region);
    });
}

}  // namespace millrace::sqs
