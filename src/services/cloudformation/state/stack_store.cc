#include "services/cloudformation/state/stack_store.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/assert.h"
#include "base/number.h"
#include "services/cloudformation/state/stack_json.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kPrefix = "cloudformation/stacks/";

std::string root_of(const StackHeader& header) {
    return fmt::format("{}{}/{}/{}/", kPrefix, header.scope.account, header.scope.region, header.uuid);
}

std::string event_key(const std::string& root, std::uint64_t number) {
    return fmt::format("{}events/{:010}", root, number);
}

/// A stack that its creation's failure left empty uses nothing.
bool exists(StackStatus status) {
    return status != StackStatus::kDeleteComplete && status != StackStatus::kRollbackComplete &&
           status != StackStatus::kReviewInProgress;
}

StackLinks links_of(const StackHeader& header, const std::optional<BeforeUpdate>& before,
                    const std::optional<BeforeUpdate>& stable) {
    StackLinks links;
    links.uuid = header.uuid;
    links.name = header.name;
    links.root_id = header.root_id.empty() ? header.id : header.root_id;
    links.imports = header.blueprint.imports;
    for (const auto* earlier : {&before, &stable}) {
        if (!*earlier) continue;
        const std::set<std::string>& imports = (*earlier)->blueprint.imports;
        links.imports.insert(imports.begin(), imports.end());
        for (const Output& output : (*earlier)->outputs) {
            if (!output.export_name.empty()) links.reserved.insert(output.export_name);
        }
    }
    for (const Output& output : header.outputs) {
        if (!output.export_name.empty()) links.exports.emplace(output.export_name, output.value);
    }
    links.leaving = header.status == StackStatus::kDeleteInProgress;
    return links;
}

/// Splits off the text before the next slash.
std::string_view take_part(std::string_view& path) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return part;
}

}  // namespace

Result<> StackStore::load() {
    for (const auto& [key, value] : catalog_.list(kPrefix)) {
        if (auto loaded = load_entry(key, value); !loaded) {
            return fail(ErrorCode::kCorruption, fmt::format("{} ({})", loaded.error().message, key));
        }
    }
    for (const auto& [uuid, stack] : stacks_) {
        if (stack->header.uuid != uuid)
            return fail(ErrorCode::kCorruption, "stack " + uuid + " has no record");
        next_event_[uuid] = stack->first_event + stack->events.size();
    }
    return {};
}

Result<> StackStore::load_entry(std::string_view key, std::string_view value) {
    key.remove_prefix(kPrefix.size());
    take_part(key);  // account
    take_part(key);  // region
    auto& stack = stacks_[std::string(take_part(key))];
    if (!stack) stack = std::make_unique<Stack>();

    const auto take = [](auto read, auto&& assign) -> Result<> {
        if (!read) return std::unexpected(read.error());
        assign(std::move(*read));
        return {};
    };
    const std::string_view kind = take_part(key);
    if (kind == "stack")
        return take(read_header(value), [&](StackHeader header) { stack->header = std::move(header); });
    if (kind == "settings")
        return take(read_settings(value), [&](StackSettings settings) { stack->settings = settings; });
    if (kind == "before")
        return take(read_before(value), [&](BeforeUpdate before) { stack->before = std::move(before); });
    if (kind == "stable")
        return take(read_before(value), [&](BeforeUpdate stable) { stack->stable = std::move(stable); });
    if (kind == "discarded") {
        return take(read_resources(value), [&](auto resources) { stack->discarded = std::move(resources); });
    }
    if (kind == "resources") {
        return take(read_resource(value), [&](StackResource resource) {
            std::string logical_id = resource.logical_id;
            stack->resources.insert_or_assign(std::move(logical_id), std::move(resource));
        });
    }
    if (kind == "change-sets") {
        return take(read_change_set(value), [&](ChangeSet change_set) {
            std::string uuid = change_set.uuid;
            stack->change_sets.insert_or_assign(std::move(uuid), std::move(change_set));
        });
    }
    if (kind == "events") {
        if (stack->events.empty())
            stack->first_event = parse_number<decltype(stack->first_event)>(key).value_or(0);
        return take(read_event(value), [&](StackEvent event) { stack->events.push_back(std::move(event)); });
    }
    return fail(ErrorCode::kCorruption, "a CloudFormation record of unknown kind");
}

void StackStore::clear() {
    stacks_.clear();
    arriving_.clear();
    arriving_links_.clear();
    next_event_.clear();
    alive_ = std::make_shared<char>();
}

const Stack* StackStore::find(const aws::Scope& scope, std::string_view name_or_id) const {
    const bool by_id = name_or_id.starts_with("arn:");
    for (const auto& [uuid, stack] : stacks_) {
        const StackHeader& header = stack->header;
        if (header.scope != scope) continue;
        if (by_id ? header.id == name_or_id
                  : header.name == name_or_id && header.status != StackStatus::kDeleteComplete) {
            return stack.get();
        }
    }
    return nullptr;
}

bool StackStore::is_arriving(const aws::Scope& scope, std::string_view name) const {
    return std::ranges::any_of(arriving_, [&](const auto& entry) {
        return entry.second.first == scope && entry.second.second == name;
    });
}

const Stack* StackStore::find_uuid(const std::string& uuid) const {
    const auto found = stacks_.find(uuid);
    return found == stacks_.end() ? nullptr : found->second.get();
}

std::vector<const Stack*> StackStore::list(const aws::Scope& scope) const {
    std::vector<const Stack*> found = list_all();
    std::erase_if(found, [&](const Stack* stack) { return stack->header.scope != scope; });
    return found;
}

std::vector<const Stack*> StackStore::list_all() const {
    std::vector<const Stack*> found;
    for (const auto& entry : stacks_) found.push_back(entry.second.get());
    std::ranges::sort(found, std::greater(), [](const Stack* stack) {
        return std::pair<WallTime, std::string_view>(stack->header.created, stack->header.uuid);
    });
    return found;
}

std::vector<StackLinks> StackStore::list_links(const aws::Scope& scope) const {
    std::vector<StackLinks> found;
    for (const Stack* stack : list(scope)) {
        if (exists(stack->header.status))
            found.push_back(links_of(stack->header, stack->before, stack->stable));
    }
    for (const auto& [number, arriving] : arriving_links_) {
        if (arriving.first == scope) found.push_back(arriving.second);
    }
    return found;
}

void StackStore::commit(const std::string& uuid, StackChange change, storage::Done done) {
    const Stack* stack = find_uuid(uuid);
    MILLRACE_ASSERT(change.header || stack != nullptr);  // the first change of a stack has one
    const std::string root = root_of(change.header ? *change.header : stack->header);
    if (stack == nullptr) arriving_.emplace(uuid, std::pair(change.header->scope, change.header->name));
    const std::uint64_t number = next_commit_++;
    if (change.header && exists(change.header->status)) {
        StackLinks links = links_of(*change.header, change.before.value_or(std::nullopt),
                                    change.stable.value_or(std::nullopt));
        links.arriving = true;
        arriving_links_.emplace(number, std::pair(change.header->scope, std::move(links)));
    }
    storage::CatalogChange write;
    const auto put = [&](const std::string& key, std::string value) {
        write.puts.emplace_back(root + key, std::move(value));
    };
    const auto erase = [&](const std::string& key) { write.erases.push_back(root + key); };

    if (change.header) put("stack", write_header(*change.header));
    if (change.settings) put("settings", write_settings(*change.settings));
    for (const auto& [logical_id, resource] : change.resources) {
        const std::string key = "resources/" + logical_id;
        resource ? put(key, write_resource(*resource)) : erase(key);
    }
    if (change.discarded) {
        change.discarded->empty() ? erase("discarded") : put("discarded", write_resources(*change.discarded));
    }
    if (change.before) *change.before ? put("before", write_before(**change.before)) : erase("before");
    if (change.stable) *change.stable ? put("stable", write_before(**change.stable)) : erase("stable");
    for (const auto& [id, change_set] : change.change_sets) {
        const std::string key = "change-sets/" + id;
        change_set ? put(key, write_change_set(*change_set)) : erase(key);
    }
    std::uint64_t& next = next_event_[uuid];
    for (StackEvent& event : change.events) {
        event.id = make_uuid(random_);
        if (stack == nullptr || event.physical_id != stack->header.id) {
            event.id = fmt::format("{}-{}-{}", event.logical_id, event.status, event.id);
        }
        if (next >= kEventsPerStackMax) write.erases.push_back(event_key(root, next - kEventsPerStackMax));
        write.puts.emplace_back(event_key(root, next++), write_event(event));
    }
    catalog_.commit(std::move(write),
                    [this, alive = std::weak_ptr(alive_), uuid, number, change = std::move(change),
                     done = std::move(done)](Result<> result) mutable {
                        if (alive.expired()) return;
                        arriving_.erase(uuid);
                        arriving_links_.erase(number);
                        if (result) apply(uuid, std::move(change));
                        done(std::move(result));
                    });
}

void StackStore::apply(const std::string& uuid, StackChange change) {
    auto& stack = stacks_[uuid];
    if (!stack) stack = std::make_unique<Stack>();
    if (change.header) stack->header = std::move(*change.header);
    if (change.settings) stack->settings = *change.settings;
    for (auto& [logical_id, resource] : change.resources) {
        if (resource) {
            stack->resources.insert_or_assign(logical_id, std::move(*resource));
        } else {
            stack->resources.erase(logical_id);
        }
    }
    if (change.discarded) stack->discarded = std::move(*change.discarded);
    if (change.before) stack->before = std::move(*change.before);
    if (change.stable) stack->stable = std::move(*change.stable);
    for (auto& [id, change_set] : change.change_sets) {
        if (change_set) {
            stack->change_sets.insert_or_assign(id, std::move(*change_set));
        } else {
            stack->change_sets.erase(id);
        }
    }
    for (StackEvent& event : change.events) stack->events.push_back(std::move(event));
    while (stack->events.size() > kEventsPerStackMax) {
        stack->events.pop_front();
        ++stack->first_event;
    }
    if (stack->header.status == StackStatus::kDeleteComplete) forget_oldest_deleted();
}

void StackStore::forget(const std::string& uuid, storage::Done done) {
    const Stack* stack = find_uuid(uuid);
    storage::CatalogChange write;
    const std::string root = stack == nullptr ? std::string() : root_of(stack->header);
    if (stack != nullptr) {
        for (const auto& entry : catalog_.list(root)) write.erases.push_back(entry.first);
    }
    catalog_.commit(std::move(write), [this, alive = std::weak_ptr(alive_), uuid,
                                       done = std::move(done)](Result<> result) mutable {
        if (alive.expired()) return;
        if (result) {
            stacks_.erase(uuid);
            next_event_.erase(uuid);
        }
        done(std::move(result));
    });
}

void StackStore::forget_oldest_deleted() {
    std::vector<const Stack*> deleted = list_all();
    std::erase_if(deleted,
                  [](const Stack* stack) { return stack->header.status != StackStatus::kDeleteComplete; });
    std::ranges::sort(deleted, std::greater(), [](const Stack* stack) { return stack->header.deleted; });
    std::size_t events = 0;
    for (std::size_t i = 0; i < deleted.size(); ++i) {
        events += deleted[i]->events.size();
        // The newest stays in any case; a refused write leaves the others for the next time.
        const bool kept = i == 0 || (i < kDeletedStacksMax && events <= kDeletedEventsMax);
        if (!kept) forget(deleted[i]->header.uuid, [](Result<>) {});
    }
}

namespace {

/// Whether the stack's update may still be taken back, as far as its parents go.
bool is_undecided(const StackStore& store, const Stack& stack) {
    switch (stack.header.status) {
        case StackStatus::kUpdateInProgress:
        case StackStatus::kUpdateFailed:
        case StackStatus::kUpdateRollbackInProgress:
        case StackStatus::kUpdateRollbackFailed:
            return true;
        default:
            return awaits_parent(store, stack);
    }
}

}  // namespace

bool awaits_parent(const StackStore& store, const Stack& stack) {
    const StackHeader& header = stack.header;
    if (header.status != StackStatus::kUpdateCompleteCleanupInProgress || !header.parent_call) return false;
    const Stack* parent = store.find(header.scope, header.parent_id);
    return parent != nullptr && is_undecided(store, *parent);
}

}  // namespace millrace::cloudformation
