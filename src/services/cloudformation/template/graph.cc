#include "services/cloudformation/template/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

bool is_active(const ResourceDeclaration& resource, const ConditionValues* conditions) {
    if (conditions == nullptr || resource.condition.empty()) return true;
    const auto found = conditions->find(resource.condition);
    return found != conditions->end() && found->second;
}

/// Removes what no longer waits for anything, again and again, appending it to `order`.
void take_free(Dependencies& waiting, std::vector<std::string>* order) {
    std::map<std::string, std::vector<std::string>> dependents;
    std::vector<std::string> free;
    for (auto& [id, needs] : waiting) {
        std::erase_if(needs, [&](const std::string& needed) { return !waiting.contains(needed); });
        for (const std::string& needed : needs) dependents[needed].push_back(id);
        if (needs.empty()) free.push_back(id);
    }
    for (std::size_t i = 0; i < free.size(); ++i) {
        const std::string id = free[i];
        for (const std::string& dependent : dependents[id]) {
            auto& needs = waiting[dependent];
            needs.erase(id);
            if (needs.empty()) free.push_back(dependent);
        }
        waiting.erase(id);
    }
    if (order != nullptr) *order = std::move(free);
}

Dependencies reversed(const Dependencies& dependencies) {
    Dependencies result;
    for (const auto& [id, needs] : dependencies) {
        result[id];
        for (const std::string& needed : needs) result[needed].insert(id);
    }
    return result;
}

}  // namespace

Result<Dependencies> find_dependencies(const Template& from, const ConditionValues* conditions) {
    Dependencies result;
    for (const ResourceDeclaration& resource : from.resources) {
        if (is_active(resource, conditions)) result[resource.logical_id];
    }
    for (const ResourceDeclaration& resource : from.resources) {
        const auto found = result.find(resource.logical_id);
        if (found == result.end()) continue;
        for (const std::string& needed : resource.depends_on) {
            if (result.contains(needed)) found->second.insert(needed);
        }
        auto references = collect_references(resource.properties, Block::kValues,
                                             "/Resources/" + resource.logical_id + "/Properties", conditions);
        if (!references) return std::unexpected(references.error());
        for (const Reference& reference : *references) {
            const bool to_value =
                reference.kind == Reference::Kind::kRef || reference.kind == Reference::Kind::kGetAtt;
            if (to_value && result.contains(reference.target)) found->second.insert(reference.target);
        }
    }
    return result;
}

Result<std::vector<std::string>> order_by_dependency(const Dependencies& dependencies, const Template& from) {
    Dependencies waiting = dependencies;
    std::vector<std::string> order;
    take_free(waiting, &order);
    if (waiting.empty()) return order;
    // What is left are the cycles and what hangs on them; taking away from the other end leaves the cycles.
    Dependencies cycle = reversed(waiting);
    take_free(cycle, nullptr);
    std::vector<std::string> members;
    std::vector<int> lines;
    for (const auto& entry : cycle) {
        members.push_back(entry.first);
        if (const auto* resource = from.find_resource(entry.first)) lines.push_back(resource->line);
    }
    return template_error(fmt::format("Circular dependency between resources: [{}] (line{} {})",
                                      fmt::join(members, ", "), lines.size() == 1 ? "" : "s",
                                      fmt::join(lines, ", ")));
}

}  // namespace millrace::cloudformation
