#include "services/logs/group_provider.h"

#include <fmt/format.h>
#include <utility>

#include "api/logs.h"
#include "base/number.h"
#include "codec/json.h"
#include "ports/property_types.h"
#include "ports/system_tags.h"
#include "services/logs/errors.h"
#include "services/logs/retention_days.h"
#include "services/logs/stream_resource.h"

namespace millrace::logs {
namespace {

using Update = ports::PropertyModel::Update;

aws::ServiceError wrong_type(std::string_view property) {
    return api::logs::invalid_parameter_exception(
        fmt::format("Property {} has a value of the wrong type.", property));
}

/// Templates may write numbers as strings.
aws::Outcome<std::optional<std::string>> text_at(const codec::JsonObject& properties, std::string_view name) {
    const auto* value = properties.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_string()) return std::string{std::string_view{value->get_string()}};
    if (value->is_object() || value->is_array()) return std::unexpected(wrong_type(name));
    return codec::to_json(*value);
}

aws::Outcome<std::optional<std::int32_t>> retention_of(const codec::JsonObject& properties) {
    const auto text = text_at(properties, "RetentionInDays");
    if (!text) return std::unexpected(text.error());
    if (!*text) return std::nullopt;
    const auto days = parse_number<std::int32_t>(**text);
    if (!days) return std::unexpected(wrong_type("RetentionInDays"));
    if (auto good = check_retention_days(*days); !good) return std::unexpected(std::move(good.error()));
    return days;
}

aws::Outcome<std::map<std::string, std::string>> tags_of(const codec::JsonObject& properties) {
    std::map<std::string, std::string> tags;
    const auto* list = properties.if_contains("Tags");
    if (list == nullptr) return tags;
    if (!list->is_array()) return std::unexpected(wrong_type("Tags"));
    for (const auto& tag : list->get_array()) {
        if (!tag.is_object()) return std::unexpected(wrong_type("Tags"));
        const auto key = text_at(tag.get_object(), "Key");
        const auto value = text_at(tag.get_object(), "Value");
        if (!key || !*key || !value) return std::unexpected(wrong_type("Tags"));
        tags.insert_or_assign(**key, value->value_or(""));
    }
    return tags;
}

/// Reads what may change in place into the group.
aws::Outcome<void> apply_settings(const ports::ResourceRequest& request, LogGroup& group) {
    const codec::JsonObject& properties = request.properties;
    auto days = retention_of(properties);
    if (!days) return std::unexpected(std::move(days.error()));
    auto key = text_at(properties, "KmsKeyId");
    if (!key) return std::unexpected(std::move(key.error()));
    auto tags = tags_of(properties);
    if (!tags) return std::unexpected(std::move(tags.error()));
    if (ports::has_system_tag(*tags)) return std::unexpected(system_tag_refused());
    ports::add_stack_tags(request, *tags);
    auto is_protected = text_at(properties, "DeletionProtectionEnabled");
    if (!is_protected) return std::unexpected(std::move(is_protected.error()));
    if (*is_protected && **is_protected != "true" && **is_protected != "false")
        return std::unexpected(wrong_type("DeletionProtectionEnabled"));
    group.deletion_protected = *is_protected == "true";
    group.retention_days = *days;
    group.kms_key_id = key->value_or("");
    group.tags = std::move(*tags);
    return {};
}

Groups::Answer answer_with(const aws::Scope& scope, const std::string& name, ports::ResourceDone done) {
    return [resource = ports::Resource{name, {{"Arn", group_arn(scope, name) + ":*"}}},
            done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(resource));
    };
}

}  // namespace

std::vector<ports::ResourceTypeModel> GroupProvider::resource_types() const {
    return {stream_model(),
            ports::with_types({.type = "AWS::Logs::LogGroup",
                               .properties = {{.name = "LogGroupName", .update = Update::kReplacement},
                                              {.name = "LogGroupClass", .update = Update::kReplacement},
                                              {.name = "RetentionInDays"},
                                              {.name = "KmsKeyId"},
                                              {.name = "DeletionProtectionEnabled"},
                                              {.name = "Tags"}},
                               .attributes = {"Arn"},
                               .takes_stack_tags = true,
                               .not_offered = {"BearerTokenAuthenticationEnabled", "DataProtectionPolicy",
                                               "FieldIndexPolicies", "ResourcePolicyDocument"}},
                              "LogGroupName LogGroupClass RetentionInDays:integer KmsKeyId "
                              "DeletionProtectionEnabled:boolean Tags[Key Value]")};
}

void GroupProvider::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kStreamType) return create_stream_resource(groups_, request, std::move(done));
    const aws::Scope& scope = request.context.scope;
    LogGroup group{.scope = scope, .name = request.generated_name, .created = groups_.clock().now()};
    const auto name = text_at(request.properties, "LogGroupName");
    if (!name) return done(std::unexpected(name.error()));
    if (*name) group.name = **name;
    const auto log_class = text_at(request.properties, "LogGroupClass");
    if (!log_class) return done(std::unexpected(log_class.error()));
    if (*log_class) group.log_class = **log_class;
    if (auto good = apply_settings(request, group); !good)
        return done(std::unexpected(std::move(good.error())));
    auto answer = answer_with(scope, group.name, std::move(done));
    groups_.create_group(std::move(group), std::move(answer));
}

std::string GroupProvider::find_unanswered(const ports::ResourceRequest& request) const {
    if (request.type == kStreamType) return find_unanswered_stream(groups_, request);
    std::string name = ports::name_in(request, "LogGroupName");
    const LogGroup* group = groups_.state().find_group(request.context.scope, name);
    return group != nullptr && ports::made_since(group->created, request) ? name : std::string();
}

void GroupProvider::update(ports::ResourceRequest request, std::string physical_id,
                           boost::json::object /*previous*/, ports::ResourceDone done) {
    const aws::Scope scope = request.context.scope;
    auto answer = answer_with(scope, physical_id, std::move(done));
    groups_.edit_group(
        scope, std::move(physical_id),
        [request = std::move(request)](LogGroup& group) { return apply_settings(request, group); },
        std::move(answer));
}

void GroupProvider::remove(ports::ResourceRequest request, std::string physical_id,
                           ports::ResourceRemoved done) {
    if (request.type == kStreamType) {
        return remove_stream_resource(groups_, request, std::move(physical_id), std::move(done));
    }
    groups_.delete_group(request.context.scope, std::move(physical_id),
                         [done = std::move(done)](aws::Outcome<void> outcome) mutable {
                             if (!outcome && outcome.error().code == group_not_found().code) outcome = {};
                             done(std::move(outcome));
                         });
}

}  // namespace millrace::logs
