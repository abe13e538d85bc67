#include "services/lambda/function.h"

#include <boost/json.hpp>
#include <fmt/format.h>

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

json::object code_to_json(const CodeReference& code) {
    return {{"kind", code.kind == CodeReference::Kind::kLocal ? "local" : "package"},
            {"sha256", code.sha256},
            {"path", code.path},
            {"code_sha256", code.code_sha256},
            {"size", code.size}};
}

CodeReference code_from_json(const json::value& value) {
    const bool local = value.at("kind").as_string() == "local";
    return {.kind = local ? CodeReference::Kind::kLocal : CodeReference::Kind::kPackage,
            .sha256 = json::value_to<std::string>(value.at("sha256")),
            .path = json::value_to<std::string>(value.at("path")),
            .code_sha256 = json::value_to<std::string>(value.at("code_sha256")),
            .size = value.at("size").to_number<std::int64_t>()};
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
std::string Function::catalog_key() const {
    return function_catalog_key(scope, name);
}

std::string to_json(const Function& function) {
    const json::object object{{"account", function.scope.account},
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
                              {"tags", map_to_json(function.tags)},
                              {"architectures", json::value_from(function.architectures)},
                              {"log_group", function.log_group},
                              {"code", code_to_json(function.code)},
                              {"revision_id", function.revision_id},
                              {"last_modified", to_millis(function.last_modified)}};
    return json::serialize(object);
}

Result<Function> function_from_json(std::string_view text) {
    try {
        const json::value value = json::parse(text);
        const auto text_of = [&](const char* key) { return json::value_to<std::string>(value.at(key)); };
        const auto int_of = [&](const char* key) { return value.at(key).to_number<int>(); };
        return Function{.scope = {.account = text_of("account"), .region = text_of("region")},
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
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("a function in the catalog is damaged: {}", error.what()));
    }
}

}  // namespace millrace::lambda
