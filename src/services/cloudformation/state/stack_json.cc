#include "services/cloudformation/state/stack_json.h"

#include "codec/json.h"
#include "services/cloudformation/state/json_fields.h"

namespace millrace::cloudformation {

// Found by argument-dependent look-up from json_fields.h.

template <class Archive>
void fields(Archive& archive, StackTag& tag) {
    archive("Key", tag.key);
    archive("Value", tag.value);
}

template <class Archive>
void fields(Archive& archive, Output& output) {
    archive("Name", output.name);
    archive("Value", output.value);
    archive("Description", output.description);
    archive("ExportName", output.export_name);
}

template <class Archive>
void fields(Archive& archive, Blueprint& blueprint) {
    archive("Template", blueprint.template_body);
    archive("Description", blueprint.description);
    archive("Parameters", blueprint.parameters);
    archive("LookedUp", blueprint.looked_up);
    archive("External", blueprint.external);
    archive("HiddenParameters", blueprint.hidden_parameters);
    archive.records("Tags", blueprint.tags);
    archive("Capabilities", blueprint.capabilities);
    archive("RoleArn", blueprint.role_arn);
    archive("Processed", blueprint.processed_body);
    archive("Imports", blueprint.imports);
}

template <class Archive>
void fields(Archive& archive, StackHeader& header) {
    archive("Account", header.scope.account);
    archive("Region", header.scope.region);
    archive("Uuid", header.uuid);
    archive("Id", header.id);
    archive("Name", header.name);
    archive("ParentId", header.parent_id);
    archive("RootId", header.root_id);
    archive("ParentCall", header.parent_call);
    archive("BaseUrl", header.base_url);
    archive.record("Blueprint", header.blueprint);
    archive.records("Outputs", header.outputs);
    archive("Status", header.status, StackStatus::kUpdateRollbackComplete);
    archive("Reason", header.reason);
    archive("Created", header.created);
    archive("Updated", header.updated);
    archive("Deleted", header.deleted);
    archive("OnFailure", header.on_failure, OnFailure::kDoNothing);
    archive("RetainExceptOnCreate", header.retain_except_on_create);
    archive("TimeoutMinutes", header.timeout_minutes);
    archive("TerminationProtection", header.termination_protection);
    archive("NeverWell", header.never_well);
    archive("Token", header.token.text);
    archive("TokenRequest", header.token.request);
    archive("ChangeSetId", header.change_set_id);
    archive("Retained", header.retained);
    archive("Skipped", header.skipped);
}

template <class Archive>
void fields(Archive& archive, StackSettings& settings) {
    archive("TerminationProtection", settings.termination_protection);
    archive("Policy", settings.policy);
    archive("CancelledUpdate", settings.cancelled_update);
    archive("CancelToken", settings.cancel_token);
}

template <class Archive>
void fields(Archive& archive, StackResource& resource) {
    archive("LogicalId", resource.logical_id);
    archive("Type", resource.type);
    archive("PhysicalId", resource.physical_id);
    archive("GeneratedName", resource.generated_name);
    archive("Properties", resource.properties);
    archive("Attempted", resource.attempted);
    archive("Attributes", resource.attributes);
    archive("NoEcho", resource.no_echo);
    archive("DependsOn", resource.depends_on);
    archive("DeletionPolicy", resource.deletion_policy, RemovalPolicy::kRetainExceptOnCreate);
    archive("UpdateReplacePolicy", resource.update_replace_policy, RemovalPolicy::kRetainExceptOnCreate);
    archive("Metadata", resource.metadata);
    archive("Status", resource.status, ResourceStatus::kDeleteSkipped);
    archive("Reason", resource.reason);
    archive("Updated", resource.updated);
}

template <class Archive>
void fields(Archive& archive, StackEvent& event) {
    archive("Id", event.id);
    archive("LogicalId", event.logical_id);
    archive("PhysicalId", event.physical_id);
    archive("Type", event.type);
    archive("Time", event.time);
    archive("Status", event.status);
    archive("Reason", event.reason);
    archive("Properties", event.properties);
    archive("Token", event.token);
}

template <class Archive>
void fields(Archive& archive, ChangeCause& cause) {
    archive("Source", cause.source, ChangeCause::Source::kResourceAttribute);
    archive("Entity", cause.entity);
    archive("Surely", cause.surely);
}

template <class Archive>
void fields(Archive& archive, ChangedProperty& property) {
    archive("Name", property.name);
    archive("Replaces", property.replaces);
    archive.records("Causes", property.causes);
}

template <class Archive>
void fields(Archive& archive, PlannedChange& change) {
    archive("Action", change.action, PlannedChange::Action::kRemove);
    archive("LogicalId", change.logical_id);
    archive("Type", change.type);
    archive("PhysicalId", change.physical_id);
    archive.records("Properties", change.properties);
    archive("Policy", change.policy, RemovalPolicy::kRetainExceptOnCreate);
    archive("Possible", change.possible);
    archive("Metadata", change.metadata);
}

template <class Archive>
void fields(Archive& archive, ChangeSet& change_set) {
    archive("Uuid", change_set.uuid);
    archive("Id", change_set.id);
    archive("Name", change_set.name);
    archive("Description", change_set.description);
    archive("Creates", change_set.creates);
    archive.record("Blueprint", change_set.blueprint);
    archive.records("Changes", change_set.changes);
    archive("Status", change_set.status);
    archive("Reason", change_set.reason);
    archive("ExecutionStatus", change_set.execution_status);
    archive("Token", change_set.token);
    archive("OnFailure", change_set.on_failure, OnFailure::kDoNothing);
    archive("IncludeNestedStacks", change_set.include_nested_stacks);
    archive("ParentId", change_set.parent_id);
    archive("RootId", change_set.root_id);
    archive("Nested", change_set.nested);
    archive("ImportExistingResources", change_set.import_existing_resources);
    archive("DeploymentMode", change_set.deployment_mode);
    archive("Created", change_set.created);
}

namespace {

namespace json = boost::json;

/// A list of records, as a record: the reader and the writer know objects only.
struct ResourceList {
    std::vector<StackResource> resources;
};

template <class Archive>
void fields(Archive& archive, ResourceList& list) {
    archive.records("Resources", list.resources);
}

struct BeforeRecord {
    Blueprint blueprint;
    std::vector<Output> outputs;
    std::vector<StackResource> resources;
};

template <class Archive>
void fields(Archive& archive, BeforeRecord& before) {
    archive.record("Blueprint", before.blueprint);
    archive.records("Outputs", before.outputs);
    archive.records("Resources", before.resources);
}

template <class Record>
std::string write(const Record& record) {
    return codec::to_json(FieldWriter::write(record));
}

template <class Record>
Result<Record> read(std::string_view text) {
    auto parsed = codec::parse_json(text);
    Record record;
    if (parsed && parsed->is_object()) {
        FieldReader reader(parsed->get_object());
        fields(reader, record);
        if (reader.good()) return record;
    }
    return fail(ErrorCode::kCorruption, "a CloudFormation record in the catalog cannot be read");
}

}  // namespace

std::string write_header(const StackHeader& header) {
    return write(header);
}
Result<StackHeader> read_header(std::string_view text) {
    return read<StackHeader>(text);
}

std::string write_settings(const StackSettings& settings) {
    return write(settings);
}
Result<StackSettings> read_settings(std::string_view text) {
    return read<StackSettings>(text);
}

std::string write_resource(const StackResource& resource) {
    return write(resource);
}
Result<StackResource> read_resource(std::string_view text) {
    return read<StackResource>(text);
}

std::string write_resources(const std::vector<StackResource>& resources) {
    return write(ResourceList{resources});
}
Result<std::vector<StackResource>> read_resources(std::string_view text) {
    auto list = read<ResourceList>(text);
    if (!list) return std::unexpected(list.error());
    return std::move(list->resources);
}

std::string write_before(const BeforeUpdate& before) {
    BeforeRecord record{before.blueprint, before.outputs, {}};
    for (const auto& entry : before.resources) record.resources.push_back(entry.second);
    return write(record);
}

Result<BeforeUpdate> read_before(std::string_view text) {
    auto record = read<BeforeRecord>(text);
    if (!record) return std::unexpected(record.error());
    BeforeUpdate before{std::move(record->blueprint), std::move(record->outputs), {}};
    for (StackResource& resource : record->resources) {
        std::string logical_id = resource.logical_id;
        before.resources.emplace(std::move(logical_id), std::move(resource));
    }
    return before;
}

std::string write_event(const StackEvent& event) {
    return write(event);
}
Result<StackEvent> read_event(std::string_view text) {
    return read<StackEvent>(text);
}

std::string write_change_set(const ChangeSet& change_set) {
    return write(change_set);
}
Result<ChangeSet> read_change_set(std::string_view text) {
    return read<ChangeSet>(text);
}

}  // namespace millrace::cloudformation
