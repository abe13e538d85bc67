#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/resource_types.h"

namespace millrace::cloudformation {

/// A resource as it stands now.
struct DeployedResource {
    std::string type;
    ResourceValues values;
    boost::json::object properties;  ///< as last given to its service
    RemovalPolicy deletion_policy = RemovalPolicy::kDelete;
    std::string metadata = {};  ///< JSON, or empty
};

/// Why a property changes: AWS's ChangeSource, and CausingEntity where the cause has a name.
struct ChangeCause {
    enum class Source {
        kDirectModification,
        kParameterReference,
        kResourceReference,
        kResourceAttribute,
    };
    Source source = Source::kDirectModification;
    std::string entity;   ///< "Parameter", "Resource", "Resource.Attribute"
    bool surely = false;  ///< a resource that will surely be another
    /// Whether it is certain that the value changes, before the deployment has begun.
    [[nodiscard]] bool is_static() const {
        return source == Source::kDirectModification || source == Source::kParameterReference || surely;
    }
};

struct ChangedProperty {
    std::string name;
    bool replaces = false;  ///< changing it needs a new resource
    std::vector<ChangeCause> causes;
};

struct PlannedChange {
    enum class Action { kAdd, kModify, kRemove };
    Action action = Action::kAdd;
    std::string logical_id;
    std::string type;
    std::string physical_id;                  ///< empty for kAdd
    std::vector<ChangedProperty> properties;  ///< of kModify; none of a resource that follows each update
    boost::json::object before, after;        ///< all properties; not part of what is kept of a change set
    RemovalPolicy policy = RemovalPolicy::kDelete;  ///< for what goes, or makes way for another
    /// A kModify that happens only if attributes which the properties read turn out to be others.
    bool possible = false;
    bool metadata = false;  ///< of kModify: what the template says about the resource besides

    [[nodiscard]] bool replaces() const;
    /// By something that surely changes.
    [[nodiscard]] bool surely_replaces() const;
};

struct Output {
    std::string name;
    std::string value;
    std::string description;
    std::string export_name;
    friend bool operator==(const Output&, const Output&) = default;
};

struct Plan {
    std::vector<PlannedChange> changes;  ///< in dependency order, removals last
    std::vector<Output> outputs;         ///< with kKnownAfterApply in them where that is so
};

/// What deploying the environment's template over the deployed resources would do. Evaluates everything, so
/// that what cannot be evaluated, or lacks a required property, is an error before anything is touched.
/// `before` are the parameters of what is deployed.
[[nodiscard]] Result<Plan> make_plan(const Environment& environment,
                                     const std::map<std::string, DeployedResource>& deployed,
                                     const ResourceTypes& types, const ParameterValues& before = {});

/// The resource's Metadata as JSON; empty where it has none.
[[nodiscard]] std::string metadata_text(const ResourceDeclaration& resource);

/// Numbers and booleans equal their texts, as they do for the services.
[[nodiscard]] bool equivalent_values(const boost::json::value& left, const boost::json::value& right);

/// Properties that differ. Numbers and booleans equal their texts, as they do for the services.
[[nodiscard]] std::vector<ChangedProperty> changed_properties(const ports::ResourceTypeModel& model,
                                                              const boost::json::object& before,
                                                              const boost::json::object& after);

/// The outputs whose conditions hold; each must be a string.
[[nodiscard]] Result<std::vector<Output>> evaluate_outputs(const Environment& environment);

}  // namespace millrace::cloudformation
