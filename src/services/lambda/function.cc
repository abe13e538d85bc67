#include "services/lambda/function.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "services/lambda/records/code_reference_json.h"
#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

json::object map_to_json(const std::map<std::string, std::string>& map) {
    json::object object;
    for (const auto& [key, value] : map) object.emplace(key, value);
    return object;
}

std::map<std::string, std::string> map_from_json(const json::value& value) {
    std::map<std::string, std::string> map;
    for (const auto& [key, item] : value.as_object()) map.emplace(key, json::value_to<std::string>(item));
    return map;
}

json::array layers_to_json(const std::vector<LayerReference>& layers) {
    json::array array;
    for (const LayerReference& layer : layers) {
        array.push_back(json::object{{"arn", layer.arn}, {"code", code_to_json(layer.code)}});
    }
    return array;
}

// What functions of earlier builds do not say.
void read_later_members(const json::object& object, Function& f) {
    if (const json::value* layers = object.if_contains("layers")) {
        for (const json::value& layer : layers->as_array()) {
            f.layers.push_back({.arn = json::value_to<std::string>(layer.at("arn")),
                                .code = code_from_json(layer.at("code"))});
        }
    }
    f.dead_letter_arn = text_or_empty(object, "dead_letter_arn");
    f.traced = object.contains("traced") && object.at("traced").as_bool();
    if (object.contains("version")) f.version = text_or_empty(object, "version");
    f.versions_published = number_or(object, "versions_published", 0);
    f.json_logs = object.contains("json_logs") && object.at("json_logs").as_bool();
    f.application_log_level = text_or_empty(object, "application_log_level");
    f.system_log_level = text_or_empty(object, "system_log_level");
    f.shows_environment = object.contains("shows_environment") && object.at("shows_environment").as_bool();
    f.description_at_publishing = text_or_empty(object, "description_at_publishing");
    if (object.contains("published")) f.published = from_millis(number_or(object, "published", 0));
}

}  // namespace

std::string function_arn(const aws::Scope& scope, std::string_view name) {
    return fmt::format("arn:aws:lambda:{}:{}:function:{}", scope.region, scope.account, name);
}

std::string function_catalog_key(const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}{}/{}/{}", kFunctionsPrefix, scope.account, scope.region, name);
}

std::string Function::arn() const {
    return function_arn(scope, name);
}
std::string Function::qualified_arn() const {
    return fmt::format("{}:{}", arn(), version);
}

bool is_same_content(const Function& v, const Function& l) {
    return v.runtime == l.runtime && v.handler == l.handler && v.role == l.role &&
           v.description_at_publishing == l.description && v.timeout_seconds == l.timeout_seconds &&
           v.memory_mb == l.memory_mb && v.ephemeral_storage_mb == l.ephemeral_storage_mb &&
           v.environment == l.environment && v.architectures == l.architectures &&
           v.log_group == l.log_group && v.json_logs == l.json_logs &&
           v.application_log_level == l.application_log_level && v.system_log_level == l.system_log_level &&
           v.code == l.code && v.layers == l.layers && v.dead_letter_arn == l.dead_letter_arn &&
           v.traced == l.traced;
}

std::string to_json(const Function& function) {
    json::object object{{"account", function.scope.account},
                        {"region", function.scope.region},
                        {"name", function.name},
                        {"runtime", function.runtime},
                        {"handler", function.handler},
                        {"role", function.role},
                        {"description", function.description},
                        {"timeout", function.timeout_seconds},
                        {"memory", function.memory_mb},
                        {"ephemeral_storage", function.ephemeral_storage_mb},
                        {"environment", map_to_json(function.environment)},
                        {"shows_environment", function.shows_environment},
                        {"tags", map_to_json(function.tags)},
                        {"architectures", json::value_from(function.architectures)},
                        {"log_group", function.log_group},
                        {"json_logs", function.json_logs},
                        {"application_log_level", function.application_log_level},
                        {"system_log_level", function.system_log_level},
                        {"code", code_to_json(function.code)},
                        {"revision_id", function.revision_id},
                        {"last_modified", to_millis(function.last_modified)},
                        {"layers", layers_to_json(function.layers)},
                        {"dead_letter_arn", function.dead_letter_arn},
                        {"traced", function.traced},
                        {"version", function.version},
                        {"versions_published", function.versions_published},
                        {"description_at_publishing", function.description_at_publishing}};
    if (function.published) object["published"] = to_millis(*function.published);
    return json::serialize(object);
}

Result<Function> function_from_json(std::string_view text) {
    try {
        const json::value value = json::parse(text);
        const auto text_of = [&](const char* key) { return json::value_to<std::string>(value.at(key)); };
        const auto int_of = [&](const char* key) { return value.at(key).to_number<int>(); };
        Function function{
            .scope = {.account = text_of("account"), .region = text_of("region")},
            .name = text_of("name"),
            .runtime = text_of("runtime"),
            .handler = text_of("handler"),
            .role = text_of("role"),
            .description = text_of("description"),
            .timeout_seconds = int_of("timeout"),
            .memory_mb = int_of("memory"),
            .ephemeral_storage_mb = int_of("ephemeral_storage"),
            .environment = map_from_json(value.at("environment")),
            .tags = map_from_json(value.at("tags")),
            .architectures = json::value_to<std::vector<std::string>>(value.at("architectures")),
            .log_group = text_of("log_group"),
            .code = code_from_json(value.at("code")),
            .revision_id = text_of("revision_id"),
            .last_modified = from_millis(value.at("last_modified").to_number<std::int64_t>())};
        read_later_members(value.as_object(), function);
        return function;
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("a function in the catalog is damaged: {}", error.what()));
    }
}

Result<Function> Function::from_json(std::string_view text) {
    return function_from_json(text);
}

}  // namespace millrace::lambda
