#include "services/cloudformation/nested/nested_submission.h"

#include <fmt/format.h>

#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

/// A parameter's value as a request has it: lists are joined.
std::optional<std::string> parameter_text(const json::value& value) {
    if (!value.is_array()) return scalar_text(value);
    std::string joined;
    for (const json::value& item : value.get_array()) {
        const auto text = scalar_text(item);
        if (!text) return std::nullopt;
        if (!joined.empty()) joined += ',';
        joined += *text;
    }
    return joined;
}

aws::Outcome<void> read_parameters(const json::object& properties, SubmissionRequest& submission) {
    const json::value* given = properties.if_contains("Parameters");
    if (given == nullptr) return {};
    if (!given->is_object()) return std::unexpected(aws::ServiceError{"", "Parameters must be an object"});
    for (const auto& [key, value] : given->get_object()) {
        auto text = parameter_text(value);
        if (!text) {
            return std::unexpected(aws::ServiceError{
                "", fmt::format("The value of parameter {} must be a string", std::string_view(key))});
        }
        submission.parameters.push_back(
            {.parameter_key = std::string(key), .parameter_value = std::move(*text)});
    }
    return {};
}

aws::Outcome<void> read_tags(const json::object& properties, SubmissionRequest& submission) {
    submission.tags.emplace();
    const json::value* given = properties.if_contains("Tags");
    if (given == nullptr) return {};
    const std::unexpected<aws::ServiceError> wrong(
        aws::ServiceError{"", "Tags must be a list of keys and values"});
    if (!given->is_array()) return wrong;
    for (const json::value& tag : given->get_array()) {
        if (!tag.is_object()) return wrong;
        const auto key = text_property(tag.get_object(), "Key");
        const auto value = text_property(tag.get_object(), "Value");
        if (!key || !value) return wrong;
        submission.tags->push_back({*key, *value});
    }
    return {};
}

}  // namespace

std::optional<std::string> text_property(const json::object& properties, std::string_view name) {
    const json::value* value = properties.if_contains(name);
    return value == nullptr ? std::nullopt : scalar_text(*value);
}

std::optional<std::string> template_url_of(const json::object& properties) {
    return text_property(properties, "TemplateURL");
}

aws::Outcome<SubmissionRequest> nested_submission(const json::object& properties, const Blueprint& parent,
                                                  std::string body) {
    const json::value* topics = properties.if_contains("NotificationARNs");
    if (topics != nullptr && (!topics->is_array() || !topics->get_array().empty()))
        return std::unexpected(aws::ServiceError{"", "NotificationARNs is not offered by Millrace."});
    SubmissionRequest submission;
    submission.template_body = std::move(body);
    submission.capabilities = parent.capabilities;
    if (!parent.role_arn.empty()) submission.role_arn = parent.role_arn;
    if (auto read = read_parameters(properties, submission); !read)
        return std::unexpected(std::move(read.error()));
    if (auto read = read_tags(properties, submission); !read) return std::unexpected(std::move(read.error()));
    return submission;
}

}  // namespace millrace::cloudformation
