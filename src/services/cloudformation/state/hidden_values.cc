#include "services/cloudformation/state/hidden_values.h"

#include <string_view>

#include "base/log.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kMask = "****";

void hide(std::string& text, const std::string& value) {
    if (value.empty()) return;
    std::string quoted;
    append_json_string(quoted, value);
    const std::string secret = quoted.substr(1, quoted.size() - 2);
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMask.size())) {
        text.replace(at, secret.size(), kMask);
    }
}

}  // namespace

std::string hide_values(std::string text, const Blueprint& blueprint) {
    for (const std::string& name : blueprint.hidden_parameters) {
        for (const ParameterValues* values : {&blueprint.parameters, &blueprint.looked_up}) {
            const auto hidden = values->find(name);
            if (hidden != values->end()) hide(text, hidden->second);
        }
    }
    return text;
}

std::string hide_values(std::string text, const StackResource& resource) {
    if (!resource.no_echo) return text;
    for (const auto& [name, value] : resource.attributes) hide(text, value);
    return text;
}

std::string hide_values(std::string text, const Stack& stack) {
    for (const auto& [logical_id, resource] : stack.resources) text = hide_values(std::move(text), resource);
    return hide_values(std::move(text), stack.header.blueprint);
}

}  // namespace millrace::cloudformation
