#include "services/lambda/mappings/mapping.h"

#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <utility>

#include "services/lambda/arn_part.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

using ports::StartingPosition;

constexpr std::array<std::pair<StartingPosition, std::string_view>, 3> kPositions{{
    {StartingPosition::kTrimHorizon, "TRIM_HORIZON"},
    {StartingPosition::kLatest, "LATEST"},
    {StartingPosition::kAtTimestamp, "AT_TIMESTAMP"},
}};

constexpr std::string_view kConsumerPart = "/consumer/";

template <class T>
T number(const json::value& value, const char* key) {
    return value.at(key).to_number<T>();
}

// What mappings of earlier builds do not say.
void read_later_members(const json::object& object, Mapping& m) {
    if (const json::value* lanes = object.if_contains("lanes")) m.batches.lanes = lanes->to_number<int>();
    if (const json::value* filters = object.if_contains("filters")) {
        m.filters = json::value_to<std::vector<std::string>>(*filters);
    }
    if (const json::value* destination = object.if_contains("failure_destination")) {
        m.failure_destination = destination->as_string();
    }
    if (const json::value* concurrency = object.if_contains("concurrency_max")) {
        m.concurrency_max = concurrency->to_number<std::size_t>();
    }
    if (const json::value* window = object.if_contains("tumbling_window")) {
        m.batches.tumbling_window = Seconds{window->to_number<int>()};
    }
    if (const json::value* tags = object.if_contains("tags")) {
        m.tags = json::value_to<std::map<std::string, std::string>>(*tags);
    }
    if (const json::value* key = object.if_contains("kms_key")) m.kms_key = key->as_string();
    if (const json::value* counts = object.if_contains("counts_events")) m.counts_events = counts->as_bool();
}

}  // namespace

std::string_view position_name(StartingPosition position) {
    for (const auto& [value, name] : kPositions) {
        if (value == position) return name;
    }
    return {};
}

std::optional<StartingPosition> position_from_name(std::string_view name) {
    for (const auto& [value, known] : kPositions) {
        if (known == name) return value;
    }
    return std::nullopt;
}

std::string Mapping::arn() const {
    return fmt::format("arn:aws:lambda:{}:{}:event-source-mapping:{}", scope.region, scope.account, uuid);
}

bool Mapping::reads_queue() const {
    return arn_part(source_arn, 2) == "sqs";
}

bool Mapping::reads_consumer() const {
    return source_arn.contains(kConsumerPart);
}

std::string_view Mapping::stream_arn() const {
    return std::string_view(source_arn).substr(0, source_arn.rfind(kConsumerPart));
}

std::string Mapping::catalog_key() const {
    return fmt::format("{}{}/{}/{}", kMappingsPrefix, scope.account, scope.region, uuid);
}

std::string to_json(const Mapping& m) {
    json::object object{{"account", m.scope.account},
                        {"region", m.scope.region},
                        {"uuid", m.uuid},
                        {"source_arn", m.source_arn},
                        {"function", m.function},
                        {"enabled", m.enabled},
                        {"batch_size", m.batches.batch_size},
                        {"window", m.batches.window.count()},
                        {"retries_max", m.batches.retries_max},
                        {"record_age_max", m.batches.record_age_max.count()},
                        {"bisect", m.batches.bisect},
                        {"report_failures", m.batches.report_failures},
                        {"lanes", m.batches.lanes},
                        {"tumbling_window", m.batches.tumbling_window.count()},
                        {"tags", json::value_from(m.tags)},
                        {"kms_key", m.kms_key},
                        {"counts_events", m.counts_events},
                        {"filters", json::value_from(m.filters)},
                        {"failure_destination", m.failure_destination},
                        {"position", position_name(m.position)},
                        {"last_modified", to_millis(m.last_modified)}};
    if (m.concurrency_max) object["concurrency_max"] = *m.concurrency_max;
    if (m.position_timestamp) object["position_timestamp"] = to_millis(*m.position_timestamp);
    return json::serialize(object);
}

Result<Mapping> mapping_from_json(std::string_view text) {
    try {
        const json::value value = json::parse(text);
        const auto text_of = [&](const char* key) { return json::value_to<std::string>(value.at(key)); };
        Mapping m{.scope = {.account = text_of("account"), .region = text_of("region")},
                  .uuid = text_of("uuid"),
                  .source_arn = text_of("source_arn"),
                  .function = text_of("function"),
                  .enabled = value.at("enabled").as_bool(),
                  .batches = {.batch_size = number<int>(value, "batch_size"),
                              .window = Seconds{number<int>(value, "window")},
                              .retries_max = number<int>(value, "retries_max"),
                              .record_age_max = Seconds{number<int>(value, "record_age_max")},
                              .bisect = value.at("bisect").as_bool(),
                              .report_failures = value.at("report_failures").as_bool()},
                  .position = position_from_name(text_of("position")).value(),
                  .last_modified = from_millis(number<std::int64_t>(value, "last_modified"))};
        read_later_members(value.as_object(), m);
        if (value.as_object().contains("position_timestamp")) {
            m.position_timestamp = from_millis(number<std::int64_t>(value, "position_timestamp"));
        }
        return m;
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("an event source mapping in the catalog is damaged: {}", error.what()));
    }
}

std::string last_result_key(std::string_view mapping_uuid) {
    return fmt::format("lambda/last-results/{}", mapping_uuid);
}

}  // namespace millrace::lambda
