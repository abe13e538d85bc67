#include "services/iam/user_resource.h"

#include <fmt/format.h>
#include <utility>

#include "api/iam.h"
#include "ports/property_types.h"
#include "services/iam/entity_changes.h"
#include "services/iam/errors.h"
#include "services/iam/properties.h"

namespace millrace::iam {
namespace {

using Update = ports::PropertyModel::Update;

std::unexpected<aws::ServiceError> refused(std::string message) {
    return std::unexpected(api::iam::invalid_input_exception(std::move(message)));
}

aws::Outcome<void> apply_policies(const Directory& directory, const codec::JsonObject& properties,
                                  const codec::JsonObject& previous, User& user) {
    if (const auto old = inline_policies_property(previous)) {
        for (const auto& [name, _] : *old) user.inline_policies.erase(name);
    }
    auto policies = inline_policies_property(properties);
    if (!policies) return std::unexpected(std::move(policies.error()));
    for (auto& [name, document] : *policies) {
        if (auto good = put_inline_policy(user, name, std::move(document)); !good) return good;
    }
    if (const auto old = list_property(previous, "ManagedPolicyArns")) {
        for (const std::string& arn : *old) user.attached.erase(arn);
    }
    const auto managed = list_property(properties, "ManagedPolicyArns");
    if (!managed) return std::unexpected(managed.error());
    for (const std::string& arn : *managed) {
        if (auto good = attach(directory, user, arn); !good) return good;
    }
    return {};
}

/// Sets what the properties say of a user. `previous` are those that it has from the template now.
aws::Outcome<void> apply(const Directory& directory, const codec::JsonObject& properties,
                         const codec::JsonObject& previous, User& user) {
    auto tags = tags_property(properties);
    if (!tags) return std::unexpected(std::move(tags.error()));
    user.tags = std::move(*tags);
    if (auto good = check_tags(user.tags); !good) return good;
    const auto boundary = text_property(properties, "PermissionsBoundary");
    if (!boundary) return std::unexpected(boundary.error());
    user.boundary.clear();
    if (*boundary) {
        if (auto good = set_boundary(directory, user, **boundary); !good) return good;
    }
    return apply_policies(directory, properties, previous, user);
}

ports::Resource describe(const User& user) {
    return {user.name, {{"Arn", user.arn()}}};
}

Directory::Answer answer_with(ports::Resource resource, ports::ResourceDone done) {
    return [resource = std::move(resource), done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(resource));
    };
}

/// Whether the Status property says Active, as it does when it is absent.
aws::Outcome<bool> wants_active(const codec::JsonObject& properties) {
    const auto status = text_property(properties, "Status");
    if (!status) return std::unexpected(status.error());
    if (!*status || **status == "Active") return true;
    if (**status == "Inactive") return false;
    return refused(fmt::format("Status must be Active or Inactive, not {}.", **status));
}

std::string owner_of(const codec::JsonObject& properties) {
    const auto name = text_property(properties, "UserName");
    return name && *name ? **name : std::string();
}

ports::Resource describe(const AccessKey& key) {
    return {key.id, {{"SecretAccessKey", key.secret}}, true};
}

}  // namespace

ports::ResourceTypeModel user_model() {
    return ports::with_types(
        {.type = "AWS::IAM::User",
         .properties = {{.name = "ManagedPolicyArns"},
                        {.name = "Path"},
                        {.name = "PermissionsBoundary"},
                        {.name = "Policies"},
                        {.name = "Tags"},
                        {.name = "UserName", .update = Update::kReplacement}},
         .attributes = {"Arn"},
         .takes_stack_tags = true,
         .not_offered = {"Groups", "LoginProfile"}},
        "ManagedPolicyArns[] Path "
        "PermissionsBoundary Policies[PolicyDocument:json PolicyName] Tags[Key Value] UserName");
}

void create_user_resource(Directory& directory, const ports::ResourceRequest& request,
                          ports::ResourceDone done) {
    const auto name = text_property(request.properties, "UserName");
    if (!name) return done(std::unexpected(name.error()));
    const auto path = text_property(request.properties, "Path");
    if (!path) return done(std::unexpected(path.error()));
    User user{.account = request.context.scope.account,
              .name = name->value_or(request.generated_name),
              .path = path->value_or("/"),
              .id = make_id("AIDA", directory.random()),
              .created = directory.clock().now()};
    if (auto good = apply(directory, request.properties, {}, user); !good)
        return done(std::unexpected(std::move(good.error())));
    auto answer = answer_with(describe(user), std::move(done));
    directory.create_user(std::move(user), std::move(answer));
}

void update_user_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, const boost::json::object& previous,
                          ports::ResourceDone done) {
    const auto path = text_property(request.properties, "Path");
    if (!path) return done(std::unexpected(path.error()));
    const std::string& account = request.context.scope.account;
    const User* user = directory.find_user(account, name);
    if (user == nullptr) return done(std::unexpected(no_such_user(name)));
    User described = *user;
    described.path = path->value_or("/");
    auto edit = [&directory, properties = request.properties, previous, path = described.path](User& edited) {
        edited.path = path;
        return apply(directory, properties, previous, edited);
    };
    directory.edit_user(account, name, std::move(edit), answer_with(describe(described), std::move(done)));
}

void remove_user_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, Directory::Answer done) {
    const auto check = [](const User& user) -> aws::Outcome<void> {
        if (user.access_keys.empty()) return {};
        return std::unexpected(
            api::iam::delete_conflict_exception("Cannot delete entity, must delete access keys first."));
    };
    directory.delete_user(request.context.scope.account, name, check, std::move(done));
}

ports::ResourceTypeModel access_key_model() {
    return ports::with_types(
        {.type = "AWS::IAM::AccessKey",
         .properties = {{.name = "Serial", .update = Update::kReplacement},
                        {.name = "Status"},
                        {.name = "UserName", .required = true, .update = Update::kReplacement}},
         .attributes = {"SecretAccessKey"}},
        "Serial:integer Status UserName");
}

void create_access_key_resource(Directory& directory, const ports::ResourceRequest& request,
                                ports::ResourceDone done) {
    const auto active = wants_active(request.properties);
    if (!active) return done(std::unexpected(active.error()));
    AccessKey key = make_access_key(directory);
    key.active = *active;
    key.origin = request.generated_name;
    auto answer = answer_with(describe(key), std::move(done));
    auto edit = [key = std::move(key)](User& user) { return add_access_key(user, key); };
    directory.edit_user(request.context.scope.account, owner_of(request.properties), std::move(edit),
                        std::move(answer));
}

void update_access_key_resource(Directory& directory, const ports::ResourceRequest& request,
                                const std::string& id, ports::ResourceDone done) {
    const auto active = wants_active(request.properties);
    if (!active) return done(std::unexpected(active.error()));
    const std::string& account = request.context.scope.account;
    const User* user = directory.find_key_owner(account, id);
    if (user == nullptr) return done(std::unexpected(no_such_access_key(id)));
    ports::Resource resource = describe(user->access_keys.at(id));
    auto edit = [id, active = *active](User& edited) -> aws::Outcome<void> {
        const auto key = edited.access_keys.find(id);
        if (key == edited.access_keys.end()) return std::unexpected(no_such_access_key(id));
        key->second.active = active;
        return {};
    };
    directory.edit_user(account, user->name, std::move(edit),
                        answer_with(std::move(resource), std::move(done)));
}

void remove_access_key_resource(Directory& directory, const ports::ResourceRequest& request,
                                const std::string& id, Directory::Answer done) {
    auto edit = [id, origin = request.generated_name](User& user) -> aws::Outcome<void> {
        // By its origin, when a crash swallowed the answer that told the id.
        std::erase_if(user.access_keys, [&](const auto& entry) {
            return entry.first == id || (id == origin && entry.second.origin == origin);
        });
        return {};
    };
    directory.edit_user(request.context.scope.account, owner_of(request.properties), std::move(edit),
                        std::move(done));
}

}  // namespace millrace::iam
