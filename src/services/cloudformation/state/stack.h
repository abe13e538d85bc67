#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/context.h"
#include "base/time.h"
#include "services/cloudformation/state/status.h"
#include "services/cloudformation/template/plan.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// What a stack is made from: all that a deployment takes from its request.
struct Blueprint {
    std::string template_body;   ///< as it was sent
    std::string processed_body;  ///< after its transforms, JSON; empty when it has none
    std::string description;
    ParameterValues parameters;
    ParameterValues looked_up;  ///< what Systems Manager had under those that name something there
    ExternalValues external;    ///< as they were when the request came
    std::set<std::string> hidden_parameters;  ///< NoEcho
    std::vector<StackTag> tags;
    std::vector<std::string> capabilities;
    std::string role_arn;
    std::set<std::string> imports;  ///< names of the exports that it uses

    /// What a deployment is made from.
    [[nodiscard]] const std::string& deployed_body() const {
        return processed_body.empty() ? template_body : processed_body;
    }
    /// What Ref of each parameter gives, as text.
    [[nodiscard]] ParameterValues values() const {
        ParameterValues values = looked_up;
        values.insert(parameters.begin(), parameters.end());
        return values;
    }
};

struct StackResource {
    std::string logical_id;
    std::string type;
    std::string physical_id;  ///< empty until its service answered
    std::string generated_name;
    boost::json::object properties;  ///< as last given to its service
    /// What updates that failed and stayed have asked for: each property may be as here, or as above.
    std::optional<boost::json::object> attempted = {};
    std::map<std::string, std::string> attributes;
    bool no_echo = false;  ///< the attributes' values are secrets
    std::set<std::string> depends_on;
    RemovalPolicy deletion_policy = RemovalPolicy::kDelete;
    RemovalPolicy update_replace_policy = RemovalPolicy::kDelete;
    std::string metadata;  ///< JSON, or empty
    ResourceStatus status = ResourceStatus::kCreateInProgress;
    std::string reason;
    WallTime updated;
};

/// Nothing was made for it: its type is not offered, and that was allowed.
[[nodiscard]] bool is_skipped(const StackResource& resource);

/// The properties that the resource may have now, as unlike the wanted ones as they can be: what an update to
/// these begins from.
[[nodiscard]] boost::json::object assumed_properties(const StackResource& resource,
                                                     const boost::json::object& wanted);

using StackResources = std::map<std::string, StackResource>;

struct StackEvent {
    std::string id;
    std::string logical_id;
    std::string physical_id;
    std::string type;
    WallTime time;
    std::string status;
    std::string reason;
    std::string properties;  ///< JSON, or empty
    std::string token;       ///< ClientRequestToken of the operation
};

enum class OnFailure : std::uint8_t { kRollback, kDelete, kDoNothing };

struct ChangeSet {
    std::string uuid;
    std::string id;  ///< its ARN
    std::string name;
    std::string description;
    bool creates = false;  ///< type CREATE
    Blueprint blueprint;
    std::vector<PlannedChange> changes;
    std::string status;  ///< CREATE_COMPLETE or FAILED
    std::string reason;
    std::string
        execution_status;  ///< AVAILABLE, UNAVAILABLE, OBSOLETE, EXECUTE_IN_PROGRESS, _COMPLETE, _FAILED
    std::string token;
    OnFailure on_failure = OnFailure::kRollback;
    bool include_nested_stacks = false;
    std::string parent_id;                      ///< ARN of the change set that it was made for, or empty
    std::string root_id;                        ///< ARN of the first of these, or empty
    std::map<std::string, std::string> nested;  ///< logical id of a nested stack to ARN of its change set
    bool import_existing_resources = false;
    std::string deployment_mode;  ///< STANDARD, EXPRESS, or empty: none was asked for
    WallTime created;
};

/// What there was before an update, until it is over.
struct BeforeUpdate {
    Blueprint blueprint;
    std::vector<Output> outputs;
    StackResources resources;
};

/// ClientRequestToken of a request; empty when it had none.
struct RequestToken {
    std::string text;
    std::string request;  ///< tells the operation and its input from any other (ops/request_token.h)
};

/// Everything about a stack but its parts that change one by one.
struct StackHeader {
    aws::Scope scope;
    std::string uuid;
    std::string id;  ///< its ARN
    std::string name;
    std::string parent_id = {};  ///< of a nested stack: its parent's ARN ...
    std::string root_id = {};    ///< ... and that of the one that has no parent
    /// When the parent began what the operation is part of: the parent also says when it is over.
    std::optional<WallTime> parent_call = {};
    std::string base_url;  ///< as its creator reached us: queue URLs begin with it
    Blueprint blueprint;
    std::vector<Output> outputs;
    StackStatus status = StackStatus::kCreateInProgress;
    std::string reason;
    WallTime created;
    std::optional<WallTime> updated;
    std::optional<WallTime> deleted;
    OnFailure on_failure = OnFailure::kRollback;
    bool retain_except_on_create =
        false;                ///< of the operation: a rollback also removes what would be retained
    int timeout_minutes = 0;  ///< of the creation; 0: none
    bool termination_protection = false;
    bool never_well = false;  ///< its creation failed and stayed, and no operation came to a good end since
    RequestToken token;
    std::string change_set_id;       ///< the last one executed
    std::set<std::string> retained;  ///< logical ids that the deletion leaves alone
    std::set<std::string> skipped;   ///< logical ids that a continued rollback leaves as they are
};

/// What may change while an operation is at work on the stack, whose header that operation writes.
struct StackSettings {
    bool termination_protection = false;
    std::string policy;                             ///< JSON (stack_policy.h), or empty
    std::optional<WallTime> cancelled_update = {};  ///< the header's `updated` of an update that was given up
    std::string cancel_token = {};                  ///< of the request that gave it up
};

struct Stack {
    StackHeader header;
    std::optional<StackSettings> settings;  ///< since they were changed; else as in the header
    StackResources resources;
    /// Replaced, dropped, taken back, or made by a call that nobody heard of (in progress); their
    /// deletion_policy is what counts.
    std::vector<StackResource> discarded;
    std::optional<BeforeUpdate> before;
    /// In UPDATE_FAILED and during what follows: what there was when all was well, to which a rollback goes.
    std::optional<BeforeUpdate> stable;
    std::map<std::string, ChangeSet> change_sets;  ///< by uuid
    std::deque<StackEvent> events;                 ///< oldest first
    std::uint64_t first_event = 0;                 ///< number of events.front()

    /// What a failed update is taken back to; only where there is `before` or `stable`.
    [[nodiscard]] const BeforeUpdate& good_state() const { return stable ? *stable : *before; }
    [[nodiscard]] StackSettings settings_now() const {
        return settings.value_or(StackSettings{header.termination_protection, {}});
    }
};

[[nodiscard]] std::string make_stack_arn(const aws::Scope& scope, const std::string& name,
                                         const std::string& uuid);
[[nodiscard]] std::string make_change_set_arn(const aws::Scope& scope, const std::string& name,
                                              const std::string& uuid);

/// The stack's resources as a plan wants them: those that exist.
[[nodiscard]] std::map<std::string, DeployedResource> deployed_resources(const StackResources& resources);

[[nodiscard]] PseudoParameters pseudo_parameters(const StackHeader& header);

/// What the template, which must outlive it, is evaluated in: all but resources and exports.
[[nodiscard]] Result<Environment> environment_of(const Template& from, const Blueprint& blueprint,
                                                 const PseudoParameters& pseudo);

/// An event of the stack itself.
[[nodiscard]] StackEvent stack_event(const StackHeader& header, WallTime time);
/// An event that tells the resource's status.
[[nodiscard]] StackEvent resource_event(const StackHeader& header, const StackResource& resource,
                                        WallTime time);

}  // namespace millrace::cloudformation
