#include "services/cloudformation/state/exports.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

/// Letters, digits, colons and hyphens.
bool is_export_name(std::string_view name) {
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c == ':' || c == '-' || is_logical_id({&c, 1}); });
}

/// "A", "A and B", "A, B and C".
std::string enumerate(const std::vector<std::string>& names) {
    if (names.size() == 1) return names[0];
    return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

/// Name to value.
std::map<std::string, std::string> exports_of(const std::vector<Output>& outputs) {
    std::map<std::string, std::string> exports;
    for (const Output& output : outputs) {
        if (!output.export_name.empty()) exports.emplace(output.export_name, output.value);
    }
    return exports;
}

}  // namespace

std::vector<Export> list_exports(const StackStore& store, const aws::Scope& scope) {
    std::vector<Export> found;
    for (const Stack* stack : store.list(scope)) {
        if (stack->header.status == StackStatus::kDeleteComplete) continue;
        for (const Output& output : stack->header.outputs) {
            if (!output.export_name.empty())
                found.push_back({output.export_name, output.value, stack->header.id});
        }
    }
    std::ranges::sort(found, {}, &Export::name);
    return found;
}

std::vector<std::string> importers_of(const StackStore& store, const aws::Scope& scope,
                                      const std::string& export_name) {
    std::set<std::string> names;
    for (const StackLinks& links : store.list_links(scope)) {
        if (links.imports.contains(export_name)) names.insert(links.name);
    }
    return {names.begin(), names.end()};
}

std::map<std::string, std::string> importable(const StackStore& store, const StackHeader& importer) {
    std::set<std::string> leaving;
    std::map<std::string, std::string> found;
    const std::vector<StackLinks> all = store.list_links(importer.scope);
    for (const StackLinks& links : all) {
        if (links.leaving) leaving.insert(links.uuid);
    }
    for (const StackLinks& links : all) {
        if (links.arriving || links.uuid == importer.uuid || leaving.contains(links.uuid)) continue;
        found.insert(links.exports.begin(), links.exports.end());
    }
    return found;
}

Result<> check_export_names(const std::vector<Output>& outputs) {
    std::set<std::string> seen;
    for (const Output& output : outputs) {
        if (output.export_name.empty()) continue;
        if (!is_export_name(output.export_name)) {
            return template_error(
                fmt::format("Cannot export output {}. Exported names must consist only of alphanumeric "
                            "characters, colons, or hyphens.",
                            output.name));
        }
        if (!seen.insert(output.export_name).second) {
            return template_error(fmt::format(
                "Duplicate Export names. More than one output has been assigned: [{}]", output.export_name));
        }
    }
    return {};
}

Result<> check_exports(const StackStore& store, const StackHeader& exporter,
                       const std::vector<Output>& outputs) {
    if (auto checked = check_export_names(outputs); !checked) return checked;
    const std::map<std::string, std::string> wanted = exports_of(outputs);
    const std::string& own_root = exporter.root_id.empty() ? exporter.id : exporter.root_id;
    for (const StackLinks& other : store.list_links(exporter.scope)) {
        if (other.uuid == exporter.uuid) continue;
        for (const auto& entry : wanted) {
            // Within one family an export may move; a rollback takes all of them back.
            const bool reserved = other.root_id != own_root && other.reserved.contains(entry.first);
            if (!other.exports.contains(entry.first) && !reserved) continue;
            return template_error(
                fmt::format("Export with name {} is already exported by stack {}", entry.first, other.name));
        }
    }
    return check_exports_in_use(store, exporter, outputs);
}

Result<> check_exports_in_use(const StackStore& store, const StackHeader& exporter,
                              const std::vector<Output>& outputs) {
    const std::map<std::string, std::string> wanted = exports_of(outputs);
    for (const Output& present : exporter.outputs) {
        if (present.export_name.empty()) continue;
        const auto next = wanted.find(present.export_name);
        const bool stays = next != wanted.end() && next->second == present.value;
        const std::vector<std::string> users =
            stays ? std::vector<std::string>() : importers_of(store, exporter.scope, present.export_name);
        if (users.empty()) continue;
        return template_error(fmt::format("Export {} cannot be {} as it is in use by {}", present.export_name,
                                          next == wanted.end() ? "deleted" : "updated", enumerate(users)));
    }
    return {};
}

Result<> check_deletion(const StackStore& store, const StackHeader& exporter) {
    for (const Output& present : exporter.outputs) {
        if (present.export_name.empty()) continue;
        const std::vector<std::string> users = importers_of(store, exporter.scope, present.export_name);
        if (users.empty()) continue;
        return template_error(fmt::format("Delete canceled. Cannot delete export {} as it is in use by {}.",
                                          present.export_name, enumerate(users)));
    }
    return {};
}

}  // namespace millrace::cloudformation
