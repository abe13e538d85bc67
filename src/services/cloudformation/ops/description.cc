#include "services/cloudformation/ops/description.h"

#include <algorithm>

namespace millrace::cloudformation {

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::vector<api::cloudformation::Parameter> describe_parameters(const Blueprint& blueprint) {
    std::vector<api::cloudformation::Parameter> parameters;
    for (const auto& [name, value] : blueprint.parameters) {
        const bool hidden = blueprint.hidden_parameters.contains(name);
        api::cloudformation::Parameter shown{.parameter_key = name,
                                             .parameter_value = hidden ? "****" : value};
        if (const auto found = blueprint.looked_up.find(name); found != blueprint.looked_up.end())
            shown.resolved_value = hidden ? "****" : found->second;
        parameters.push_back(std::move(shown));
    }
    return parameters;
}

std::vector<api::cloudformation::Tag> describe_tags(const Blueprint& blueprint) {
    std::vector<api::cloudformation::Tag> tags;
    for (const StackTag& tag : blueprint.tags) tags.push_back({tag.key, tag.value});
    return tags;
}

std::vector<const ChangeSet*> change_sets_of(const Stack& stack) {
    std::vector<const ChangeSet*> found;
    for (const auto& entry : stack.change_sets) found.push_back(&entry.second);
    std::ranges::sort(found, std::greater(), [](const ChangeSet* change_set) {
        return std::pair<WallTime, std::string_view>(change_set->created, change_set->uuid);
    });
    return found;
}

}  // namespace millrace::cloudformation
