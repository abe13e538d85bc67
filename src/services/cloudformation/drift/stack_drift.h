#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "services/cloudformation/drift/compare.h"
#include "storage/catalog/catalog.h"

namespace millrace::cloudformation {

/// What was found of one resource; of types that can be read, and were looked at.
struct ResourceDrift {
    std::string logical_id;
    std::string physical_id;
    std::string type;
    std::string status;    ///< IN_SYNC, MODIFIED, DELETED
    std::string expected;  ///< JSON
    std::string actual;    ///< JSON; empty when DELETED
    std::vector<PropertyDifference> differences;
    WallTime checked;
};

/// What detections found of one stack, the newest of each resource.
struct StackDrift {
    std::string detection_id;  ///< of the newest detection of the whole stack, or empty
    std::string stack_id;
    std::string status = "NOT_CHECKED";  ///< of that detection: DRIFTED, IN_SYNC
    std::string reason;                  ///< what could not be looked at; empty when all could
    WallTime checked;
    std::map<std::string, ResourceDrift> resources;  ///< by logical id

    [[nodiscard]] int drifted_count() const;
};

/// The drift of all stacks, kept in the catalog below "cloudformation/drift/<uuid of the stack>"; what it
/// shows is durable. Threads: the home executor.
class DriftStore {
  public:
    explicit DriftStore(storage::Catalog& catalog) : catalog_(catalog) {}

    /// Reads all; once, first.
    [[nodiscard]] Result<> load();
    void clear();

    /// nullptr when nothing was detected.
    [[nodiscard]] const StackDrift* find(const std::string& uuid) const;
    [[nodiscard]] const StackDrift* find_detection(std::string_view id) const;
    void put(const std::string& uuid, StackDrift drift, storage::Done done);
    void forget(const std::string& uuid);

  private:
    storage::Catalog& catalog_;
    std::map<std::string, StackDrift> drifts_;  ///< by the stack's uuid
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace millrace::cloudformation
