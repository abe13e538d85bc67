#include "services/ssm/parameter.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "codec/json_writer.h"

namespace millrace::ssm {
namespace {

std::string text_at(const codec::JsonObject& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}} : "";
}

std::int64_t integer_at(const codec::JsonObject& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

std::string Parameter::arn() const {
    const std::string_view slash = name.starts_with('/') ? "" : "/";
    return fmt::format("arn:aws:ssm:{}:{}:parameter{}{}", scope.region, scope.account, slash, name);
}

std::string catalog_key(const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}{}/{}/{}", kParameterPrefix, scope.account, scope.region, name);
}

std::string to_catalog_value(const Parameter& parameter) {
    std::string out;
    codec::JsonWriter writer{out};
    writer.begin_object()
        .key("type")
        .string(parameter.type)
        .key("value")
        .string(parameter.value)
        .key("description")
        .string(parameter.description)
        .key("allowedPattern")
        .string(parameter.allowed_pattern)
        .key("tier")
        .string(parameter.tier)
        .key("version")
        .integer(parameter.version)
        .key("modified")
        .integer(to_millis(parameter.modified));
    writer.key("tags").begin_object();
    for (const auto& [name, value] : parameter.tags) writer.key(name).string(value);
    writer.end_object().end_object();
    return out;
}

Result<Parameter> parse_parameter(std::string_view key, std::string_view value) {
    const auto damaged = [&] {
        return fail(ErrorCode::kCorruption, fmt::format("the catalog's value for {} cannot be read", key));
    };
    if (!key.starts_with(kParameterPrefix)) return damaged();
    const std::string_view rest = key.substr(kParameterPrefix.size());
    const auto account = rest.find('/');
    const auto region = account == std::string_view::npos ? account : rest.find('/', account + 1);
    const auto json = codec::parse_json(value);
    if (region == std::string_view::npos || !json || !json->is_object()) return damaged();
    const codec::JsonObject& object = json->get_object();
    Parameter parameter{.scope = {std::string(rest.substr(0, account)),
                                  std::string(rest.substr(account + 1, region - account - 1))},
                        .name = std::string(rest.substr(region + 1)),
                        .type = text_at(object, "type"),
                        .value = text_at(object, "value"),
                        .description = text_at(object, "description"),
                        .allowed_pattern = text_at(object, "allowedPattern"),
                        .tier = text_at(object, "tier"),
                        .version = integer_at(object, "version"),
                        .modified = from_millis(integer_at(object, "modified"))};
    if (parameter.name.empty() || parameter.type.empty() || parameter.version < 1) return damaged();
    const auto* tags = object.if_contains("tags");
    if (tags == nullptr || !tags->is_object()) return damaged();
    for (const auto& tag : tags->get_object())
        parameter.tags[tag.key()] = text_at(tags->get_object(), tag.key());
    return parameter;
}

}  // namespace millrace::ssm
