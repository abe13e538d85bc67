#include "services/iam/properties.h"

#include <fmt/format.h>

#include "api/iam.h"

namespace millrace::iam {
namespace {

using codec::Json;
using codec::JsonObject;

std::unexpected<aws::ServiceError> wrong(std::string_view property) {
    return std::unexpected(api::iam::invalid_input_exception(
        fmt::format("Property {} is missing or has a value of the wrong type.", property)));
}

}  // namespace

aws::Outcome<std::optional<std::string>> text_property(const JsonObject& properties, std::string_view name) {
    const Json* value = properties.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_object() || value->is_array()) return wrong(name);
    if (value->is_string()) return std::string{std::string_view{value->get_string()}};
    return codec::to_json(*value);
}

aws::Outcome<std::vector<std::string>> list_property(const JsonObject& properties, std::string_view name) {
    std::vector<std::string> out;
    const Json* value = properties.if_contains(name);
    if (value == nullptr || value->is_null()) return out;
    if (!value->is_array()) return wrong(name);
    for (const Json& item : value->get_array()) {
        if (!item.is_string()) return wrong(name);
        out.emplace_back(std::string_view{item.get_string()});
    }
    return out;
}

aws::Outcome<std::map<std::string, std::string>> tags_property(const JsonObject& properties) {
    std::map<std::string, std::string> out;
    const Json* value = properties.if_contains("Tags");
    if (value == nullptr || value->is_null()) return out;
    if (!value->is_array()) return wrong("Tags");
    for (const Json& tag : value->get_array()) {
        if (!tag.is_object()) return wrong("Tags");
        const auto key = text_property(tag.get_object(), "Key");
        const auto text = text_property(tag.get_object(), "Value");
        if (!key || !*key || !text) return wrong("Tags");
        out.insert_or_assign(**key, text->value_or(""));
    }
    return out;
}

aws::Outcome<std::string> document_property(const JsonObject& properties, std::string_view name) {
    const Json* value = properties.if_contains(name);
    if (value == nullptr) return wrong(name);
    if (value->is_object()) return codec::to_json(*value);
    if (value->is_string()) return std::string{std::string_view{value->get_string()}};
    return wrong(name);
}

aws::Outcome<std::map<std::string, std::string>> inline_policies_property(const JsonObject& properties) {
    std::map<std::string, std::string> out;
    const Json* value = properties.if_contains("Policies");
    if (value == nullptr || value->is_null()) return out;
    if (!value->is_array()) return wrong("Policies");
    for (const Json& policy : value->get_array()) {
        if (!policy.is_object()) return wrong("Policies");
        const auto name = text_property(policy.get_object(), "PolicyName");
        if (!name || !*name) return wrong("Policies/PolicyName");
        auto document = document_property(policy.get_object(), "PolicyDocument");
        if (!document) return std::unexpected(std::move(document.error()));
        out.insert_or_assign(**name, std::move(*document));
    }
    return out;
}

}  // namespace millrace::iam
