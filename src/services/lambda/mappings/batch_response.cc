#include "services/lambda/mappings/batch_response.h"

#include <algorithm>
#include <vector>

#include "codec/json.h"

namespace millrace::lambda {

namespace {

// null, "", [] and {} all report nothing.
bool is_nothing(const codec::Json& json) {
    return json.is_null() || (json.is_string() && json.as_string().empty()) ||
           (json.is_array() && json.as_array().empty()) || (json.is_object() && json.as_object().empty());
}

}  // namespace

std::optional<FailedItems> failed_items(std::string_view response, std::span<const std::string_view> batch) {
    if (response.empty()) return FailedItems();
    const Result<codec::Json> json = codec::parse_json(response);
    if (!json) return std::nullopt;
    if (is_nothing(*json)) return FailedItems();
    if (!json->is_object()) return std::nullopt;
    // Functions that answer something of their own, {"statusCode":200}, report no failures.
    const codec::Json* failures = json->as_object().if_contains("batchItemFailures");
    if (failures == nullptr || is_nothing(*failures)) return FailedItems();
    if (!failures->is_array()) return std::nullopt;

    FailedItems failed;
    for (const codec::Json& failure : failures->as_array()) {
        const codec::Json* id =
            failure.is_object() ? failure.as_object().if_contains("itemIdentifier") : nullptr;
        if (id == nullptr || !id->is_string()) return std::nullopt;
        const std::string_view text = id->as_string();
        if (std::ranges::find(batch, text) == batch.end()) return std::nullopt;
        failed.emplace(text);
    }
    return failed;
}

std::size_t count_successes(std::string_view response, std::span<const ports::SourceRecord> batch) {
    std::vector<std::string_view> ids;
    for (const ports::SourceRecord& record : batch) ids.push_back(record.sequence_number);
    const auto failed = failed_items(response, ids);
    if (!failed) return 0;
    const auto lowest = std::ranges::find_if(ids, [&](std::string_view id) { return failed->contains(id); });
    return static_cast<std::size_t>(lowest - ids.begin());
}

std::optional<std::string> window_state(std::string_view response) {
    const Result<codec::Json> json = codec::parse_json(response);
    if (!json || !json->is_object()) return std::nullopt;
    const codec::Json* state = json->as_object().if_contains("state");
    if (state == nullptr) return std::nullopt;
    return codec::to_json(*state);
}

}  // namespace millrace::lambda
