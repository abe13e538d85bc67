#include "services/cloudformation/drift/stack_drift.h"

#include <algorithm>
#include <fmt/format.h>

#include "codec/json.h"
#include "services/cloudformation/state/json_fields.h"

namespace millrace::cloudformation {

template <class Archive>
void fields(Archive& archive, PropertyDifference& difference) {
    archive("Path", difference.path);
    archive("Expected", difference.expected);
    archive("Actual", difference.actual);
    archive("Type", difference.type);
}

template <class Archive>
void fields(Archive& archive, ResourceDrift& drift) {
    archive("LogicalId", drift.logical_id);
    archive("PhysicalId", drift.physical_id);
    archive("Type", drift.type);
    archive("Status", drift.status);
    archive("Expected", drift.expected);
    archive("Actual", drift.actual);
    archive.records("Differences", drift.differences);
    archive("Checked", drift.checked);
}

namespace {

constexpr std::string_view kDriftPrefix = "cloudformation/drift/";

struct DriftRecord {
    StackDrift drift;
    std::vector<ResourceDrift> resources;
};

template <class Archive>
void fields(Archive& archive, DriftRecord& record) {
    archive("DetectionId", record.drift.detection_id);
    archive("StackId", record.drift.stack_id);
    archive("Status", record.drift.status);
    archive("Reason", record.drift.reason);
    archive("Checked", record.drift.checked);
    archive.records("Resources", record.resources);
}

std::string write_drift(const StackDrift& drift) {
    DriftRecord record{drift, {}};
    record.drift.resources.clear();
    for (const auto& entry : drift.resources) record.resources.push_back(entry.second);
    return codec::to_json(FieldWriter::write(record));
}

Result<StackDrift> read_drift(std::string_view text) {
    auto parsed = codec::parse_json(text);
    if (parsed && parsed->is_object()) {
        DriftRecord record;
        FieldReader reader(parsed->get_object());
        fields(reader, record);
        for (ResourceDrift& resource : record.resources) {
            std::string id = resource.logical_id;
            record.drift.resources.emplace(std::move(id), std::move(resource));
        }
        if (reader.good()) return std::move(record.drift);
    }
    return fail(ErrorCode::kCorruption, "the drift of a stack in the catalog cannot be read");
}

}  // namespace

int StackDrift::drifted_count() const {
    return static_cast<int>(
        std::ranges::count_if(resources, [](const auto& entry) { return entry.second.status != "IN_SYNC"; }));
}

Result<> DriftStore::load() {
    for (const auto& [key, value] : catalog_.list(kDriftPrefix)) {
        auto drift = read_drift(value);
        if (!drift) return fail(ErrorCode::kCorruption, fmt::format("{} ({})", drift.error().message, key));
        drifts_.emplace(key.substr(kDriftPrefix.size()), std::move(*drift));
    }
    return {};
}

void DriftStore::clear() {
    drifts_.clear();
    alive_ = std::make_shared<char>();
}

const StackDrift* DriftStore::find(const std::string& uuid) const {
    const auto found = drifts_.find(uuid);
    return found == drifts_.end() ? nullptr : &found->second;
}

const StackDrift* DriftStore::find_detection(std::string_view id) const {
    const auto found = std::ranges::find(
        drifts_, id, [](const auto& entry) -> std::string_view { return entry.second.detection_id; });
    return found == drifts_.end() || id.empty() ? nullptr : &found->second;
}

void DriftStore::put(const std::string& uuid, StackDrift drift, storage::Done done) {
    storage::CatalogChange change;
    change.puts.emplace_back(fmt::format("{}{}", kDriftPrefix, uuid), write_drift(drift));
    catalog_.commit(std::move(change), [this, alive = std::weak_ptr(alive_), uuid, drift = std::move(drift),
                                        done = std::move(done)](Result<> kept) mutable {
        if (alive.expired()) return;
        if (kept) drifts_.insert_or_assign(uuid, std::move(drift));
        done(std::move(kept));
    });
}

void DriftStore::forget(const std::string& uuid) {
    if (drifts_.erase(uuid) == 0) return;
    storage::CatalogChange change;
    change.erases.push_back(fmt::format("{}{}", kDriftPrefix, uuid));
    catalog_.commit(std::move(change), [](Result<>) {});  // what stays is the record of a stack that is gone
}

}  // namespace millrace::cloudformation
