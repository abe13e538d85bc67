#include "services/iam/role_resource.h"

#include <algorithm>
#include <utility>

#include "api/iam.h"
#include "base/number.h"
#include "ports/property_types.h"
#include "services/iam/entity_changes.h"
#include "services/iam/properties.h"

namespace millrace::iam {
namespace {

using Update = ports::PropertyModel::Update;

constexpr std::size_t kRoleNameCharsMax = 64;
constexpr std::size_t kRandomTailChars = 13;  ///< "-" and 12 characters

/// "<stack>-<logical id>-<random>", shortened in front of the random part.
std::string shortened(std::string name) {
    if (name.size() <= kRoleNameCharsMax) return name;
    const std::string tail = name.substr(name.size() - kRandomTailChars);
    return name.substr(0, kRoleNameCharsMax - kRandomTailChars) + tail;
}

aws::Outcome<std::int32_t> session_seconds(const codec::JsonObject& properties) {
    const auto text = text_property(properties, "MaxSessionDuration");
    if (!text) return std::unexpected(text.error());
    if (!*text) return kSessionSecondsDefault;
    const auto seconds = parse_number<std::int32_t>(**text);
    if (seconds && *seconds >= 3600 && *seconds <= 43200) {
        return *seconds;
    }
    return std::unexpected(api::iam::invalid_input_exception(
        "MaxSessionDuration must be a number of seconds from 3600 to 43200."));
}

/// Sets what the properties say of a role. `previous` are those that it has from the template now.
aws::Outcome<void> apply(const Directory& directory, const codec::JsonObject& properties,
                         const codec::JsonObject& previous, Role& role) {
    auto trust = document_property(properties, "AssumeRolePolicyDocument");
    if (!trust) return std::unexpected(std::move(trust.error()));
    if (auto good = set_trust_policy(role, std::move(*trust)); !good) return good;

    const auto description = text_property(properties, "Description");
    if (!description) return std::unexpected(description.error());
    role.description = description->value_or("");
    const auto seconds = session_seconds(properties);
    if (!seconds) return std::unexpected(seconds.error());
    role.session_seconds_max = *seconds;
    auto tags = tags_property(properties);
    if (!tags) return std::unexpected(std::move(tags.error()));
    role.tags = std::move(*tags);
    if (auto good = check_tags(role.tags); !good) return good;

    const auto boundary = text_property(properties, "PermissionsBoundary");
    if (!boundary) return std::unexpected(boundary.error());
    role.boundary.clear();
    if (*boundary) {
        if (auto good = set_boundary(directory, role, **boundary); !good) return good;
    }

    if (const auto old = inline_policies_property(previous)) {
        for (const auto& [name, _] : *old) role.inline_policies.erase(name);
    }
    auto policies = inline_policies_property(properties);
    if (!policies) return std::unexpected(std::move(policies.error()));
    for (auto& [name, document] : *policies) {
        if (auto good = put_inline_policy(role, name, std::move(document)); !good) return good;
    }

    if (const auto old = list_property(previous, "ManagedPolicyArns")) {
        for (const std::string& arn : *old) role.attached.erase(arn);
    }
    const auto managed = list_property(properties, "ManagedPolicyArns");
    if (!managed) return std::unexpected(managed.error());
    for (const std::string& arn : *managed) {
        if (auto good = attach(directory, role, arn); !good) return good;
    }
    return {};
}

ports::Resource describe(const Role& role) {
    return {role.name, {{"Arn", role.arn()}, {"RoleId", role.id}}};
}

Directory::Answer answer_with(ports::Resource resource, ports::ResourceDone done) {
    return [resource = std::move(resource), done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(resource));
    };
}

}  // namespace

ports::ResourceTypeModel role_model() {
    return ports::with_types({.type = "AWS::IAM::Role",
                              .properties = {{.name = "AssumeRolePolicyDocument", .required = true},
                                             {.name = "Description"},
                                             {.name = "ManagedPolicyArns"},
                                             {.name = "MaxSessionDuration"},
                                             {.name = "Path", .update = Update::kReplacement},
                                             {.name = "PermissionsBoundary"},
                                             {.name = "Policies"},
                                             {.name = "RoleName", .update = Update::kReplacement},
                                             {.name = "Tags"}},
                              .attributes = {"Arn", "RoleId"},
                              .takes_stack_tags = true,
                              .readable = true},
                             "AssumeRolePolicyDocument:json Description ManagedPolicyArns[] "
                             "MaxSessionDuration:integer Path PermissionsBoundary "
                             "Policies[PolicyDocument:json PolicyName] RoleName Tags[Key Value]");
}

void create_role_resource(Directory& directory, const ports::ResourceRequest& request,
                          ports::ResourceDone done) {
    const auto name = text_property(request.properties, "RoleName");
    if (!name) return done(std::unexpected(name.error()));
    const auto path = text_property(request.properties, "Path");
    if (!path) return done(std::unexpected(path.error()));
    Role role{.account = request.context.scope.account,
              .name = *name ? **name : shortened(request.generated_name),
              .path = path->value_or("/"),
              .id = make_id("AROA", directory.random()),
              .created = directory.clock().now()};
    if (auto good = apply(directory, request.properties, {}, role); !good) {
        return done(std::unexpected(std::move(good.error())));
    }
    auto answer = answer_with(describe(role), std::move(done));
    directory.create_role(std::move(role), std::move(answer));
}

void update_role_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, const boost::json::object& previous,
                          ports::ResourceDone done) {
    const std::string& account = request.context.scope.account;
    const Role* role = directory.find_role(account, name);
    ports::Resource resource = role == nullptr ? ports::Resource{name, {}} : describe(*role);
    auto edit = [&directory, properties = request.properties, previous](Role& edited) {
        return apply(directory, properties, previous, edited);
    };
    directory.edit_role(account, name, std::move(edit), answer_with(std::move(resource), std::move(done)));
}

void remove_role_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, Directory::Answer done) {
    directory.delete_role(
        request.context.scope.account, name, [](const Role&) -> aws::Outcome<void> { return {}; },
        std::move(done));
}

std::optional<codec::JsonObject> live_role(const Directory& directory, const ports::ResourceRequest& request,
                                           const std::string& name) {
    const Role* role = directory.find_role(request.context.scope.account, name);
    if (role == nullptr) return std::nullopt;
    const auto document = [](const std::string& text) {
        return codec::parse_json(text).value_or(codec::Json(text));
    };
    const auto unless_empty = [](const std::string& text) {
        return text.empty() ? codec::Json() : codec::Json(text);
    };
    // Policies that other resources gave the role are theirs.
    const auto own = inline_policies_property(request.properties);
    const auto attached = list_property(request.properties, "ManagedPolicyArns");
    codec::JsonArray arns;
    for (const std::string& arn : role->attached) {
        const bool named = attached && std::ranges::find(*attached, arn) != attached->end();
        if (named || is_aws_managed(arn)) arns.emplace_back(arn);
    }
    codec::JsonArray policies;
    for (const auto& [policy, text] : role->inline_policies) {
        if (!own || !own->contains(policy)) continue;
        policies.push_back(codec::JsonObject{{"PolicyName", policy}, {"PolicyDocument", document(text)}});
    }
    codec::JsonArray tags;
    for (const auto& [key, value] : role->tags)
        tags.push_back(codec::JsonObject{{"Key", key}, {"Value", value}});
    return codec::JsonObject{{"AssumeRolePolicyDocument", document(role->trust_policy)},
                             {"Description", unless_empty(role->description)},
                             {"ManagedPolicyArns", std::move(arns)},
                             {"MaxSessionDuration", role->session_seconds_max},
                             {"Path", role->path},
                             {"PermissionsBoundary", unless_empty(role->boundary)},
                             {"Policies", std::move(policies)},
                             {"RoleName", role->name},
                             {"Tags", std::move(tags)}};
}

}  // namespace millrace::iam
