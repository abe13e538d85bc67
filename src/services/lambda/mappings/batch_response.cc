#include "services/lambda/mappings/batch_response.h"

#include <algorithm>

#include "codec/json.h"

namespace millrace::lambda {

std::size_t count_successes(std::string_view response, std::span<const ports::SourceRecord> batch) {
    if (response.empty()) return batch.size();
    const Result<codec::Json> json = codec::parse_json(response);
    if (!json) return 0;
    if (json->is_null()) return batch.size();
    if (!json->is_object()) return 0;
    if (json->as_object().empty()) return batch.size();
    const codec::Json* failures = json->as_object().if_contains("batchItemFailures");
    if (failures == nullptr) return 0;
    if (failures->is_null()) return batch.size();
    if (!failures->is_array()) return 0;

    std::size_t lowest = batch.size();
    for (const codec::Json& failure : failures->as_array()) {
        const codec::Json* id =
            failure.is_object() ? failure.as_object().if_contains("itemIdentifier") : nullptr;
        if (id == nullptr || !id->is_string()) return 0;
        const auto found = std::find_if(batch.begin(), batch.end(), [&](const ports::SourceRecord& record) {
            return record.sequence_number == std::string_view(id->as_string());
        });
        if (found == batch.end()) return 0;
        lowest = std::min(lowest, static_cast<std::size_t>(found - batch.begin()));
    }
    return lowest;
}

}  // namespace millrace::lambda
