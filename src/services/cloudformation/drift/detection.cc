#include "services/cloudformation/drift/detection.h"

#include <fmt/format.h>
#include <memory>
#include <utility>

#include "codec/json.h"
#include "services/cloudformation/stacks.h"
#include "services/cloudformation/state/hidden_values.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

/// The properties that can be compared, as JSON, with what NoEcho hides made unreadable.
std::string shown_part(const json::object& properties, const json::object& compared, const Stack& stack) {
    json::object part;
    for (const auto& [name, value] : compared) {
        const json::value* found = properties.if_contains(name);
        if (found != nullptr && !found->is_null()) part[name] = *found;
    }
    return hide_values(codec::to_json(part), stack);
}

ResourceDrift compare_resource(const Stack& stack, const StackResource& resource,
                               const std::optional<json::object>& live, WallTime now) {
    ResourceDrift drift;
    drift.logical_id = resource.logical_id;
    drift.physical_id = resource.physical_id;
    drift.type = resource.type;
    drift.checked = now;
    if (!live) {
        drift.status = "DELETED";
        drift.expected = hide_values(codec::to_json(resource.properties), stack);
        return drift;
    }
    json::object compared;
    for (const auto& [name, value] : resource.properties) {
        if (live->contains(name)) compared[name] = value;
    }
    drift.differences = compare_properties(resource.properties, *live);
    for (PropertyDifference& difference : drift.differences) {
        difference.expected = hide_values(std::move(difference.expected), stack);
        difference.actual = hide_values(std::move(difference.actual), stack);
    }
    drift.status = drift.differences.empty() ? "IN_SYNC" : "MODIFIED";
    drift.expected = shown_part(resource.properties, compared, stack);
    drift.actual = shown_part(*live, compared, stack);
    return drift;
}

/// One detection, alive until all its reads are answered.
struct Detection {
    Stacks& stacks;
    std::string uuid;
    StackDrift drift;
    std::size_t left = 1;
    std::move_only_function<void(aws::Outcome<void>)> done;

    void one_done() {
        if (--left > 0) return;
        if (!drift.detection_id.empty()) drift.status = drift.drifted_count() > 0 ? "DRIFTED" : "IN_SYNC";
        stacks.drifts().put(uuid, std::move(drift), [done = std::move(done)](Result<> kept) mutable {
            if (!kept) return done(std::unexpected(aws::to_service_error(kept.error())));
            done({});
        });
    }
};

void read_resource(const std::shared_ptr<Detection>& detection, const StackResource& resource) {
    ++detection->left;
    detection->stacks.read_resource(
        detection->uuid, resource,
        [detection, logical_id = resource.logical_id](aws::Outcome<std::optional<json::object>> live) {
            const Stack* stack = detection->stacks.store().find_uuid(detection->uuid);
            const auto found =
                stack == nullptr ? StackResources::const_iterator() : stack->resources.find(logical_id);
            if (stack != nullptr && found != stack->resources.end()) {
                if (live) {
                    detection->drift.resources.insert_or_assign(
                        logical_id, compare_resource(*stack, found->second, *live, detection->stacks.now()));
                } else {
                    detection->drift.reason +=
                        fmt::format("Failed to read {}: {} ", logical_id, live.error().message);
                }
            }
            detection->one_done();
        });
}

}  // namespace

void detect_drift(Stacks& stacks, const std::string& uuid, std::set<std::string> wanted,
                  std::string detection_id, std::move_only_function<void(aws::Outcome<void>)> done) {
    const Stack& stack = *stacks.store().find_uuid(uuid);
    const auto detection = std::make_shared<Detection>(Detection{stacks, uuid, {}, 1, std::move(done)});
    if (const StackDrift* before = stacks.drifts().find(uuid)) detection->drift = *before;
    StackDrift& drift = detection->drift;
    std::erase_if(drift.resources, [&](const auto& entry) { return !stack.resources.contains(entry.first); });
    drift.stack_id = stack.header.id;
    drift.reason.clear();
    drift.checked = stacks.now();
    if (!detection_id.empty()) drift.detection_id = std::move(detection_id);
    for (const auto& [logical_id, resource] : stack.resources) {
        const bool asked = wanted.empty() || wanted.contains(logical_id);
        if (asked && !resource.physical_id.empty() && stacks.is_readable(resource))
            read_resource(detection, resource);
    }
    detection->one_done();
}

}  // namespace millrace::cloudformation
