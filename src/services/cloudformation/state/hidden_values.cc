#include "services/cloudformation/state/hidden_values.h"

#include <string_view>

#include "base/log.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kMask = "****";

}  // namespace

std::string hide_values(std::string text, const Blueprint& blueprint) {
    for (const std::string& name : blueprint.hidden_parameters) {
        const auto hidden = blueprint.parameters.find(name);
        if (hidden == blueprint.parameters.end() || hidden->second.empty()) continue;
        std::string quoted;
        append_json_string(quoted, hidden->second);
        const std::string secret = quoted.substr(1, quoted.size() - 2);
        for (auto at = text.find(secret); at != std::string::npos;
             at = text.find(secret, at + kMask.size())) {
            text.replace(at, secret.size(), kMask);
        }
    }
    return text;
}

}  // namespace millrace::cloudformation
