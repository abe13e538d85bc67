#include "services/iam/policy_resource.h"

#include <algorithm>
#include <utility>

#include "api/iam.h"
#include "ports/property_types.h"
#include "services/iam/edit_roles.h"
#include "services/iam/entity_changes.h"
#include "services/iam/properties.h"

namespace millrace::iam {
namespace {

struct PolicyProperties {
    std::string name;
    std::string document;
    std::vector<std::string> roles;
};

aws::Outcome<PolicyProperties> read(const codec::JsonObject& properties) {
    const auto name = text_property(properties, "PolicyName");
    if (!name) return std::unexpected(name.error());
    auto document = document_property(properties, "PolicyDocument");
    if (!document) return std::unexpected(std::move(document.error()));
    auto roles = list_property(properties, "Roles");
    if (!roles) return std::unexpected(std::move(roles.error()));
    for (const std::string_view other : {"Users", "Groups"}) {
        if (properties.contains(other)) {
            return std::unexpected(api::iam::invalid_input_exception(
                "Users and Groups of a policy are not offered by Millrace."));
        }
    }
    if (roles->empty()) {
        return std::unexpected(
            api::iam::invalid_input_exception("At least one of [Groups,Roles,Users] must be non-empty."));
    }
    return PolicyProperties{name->value_or(""), std::move(*document), std::move(*roles)};
}

/// Takes the policy out of roles; a role that is gone counts as done.
void take_out(Directory& directory, const std::string& account, const PolicyProperties& policy,
              std::vector<std::string> roles, Directory::Answer answer) {
    std::erase_if(roles,
                  [&](const std::string& role) { return directory.find_role(account, role) == nullptr; });
    auto edit = share_edit([name = policy.name](Role& role) -> aws::Outcome<void> {
        role.inline_policies.erase(name);
        return {};
    });
    edit_roles(directory, account, std::move(roles), std::move(edit), std::move(answer));
}

void put_in(Directory& directory, const std::string& account, const PolicyProperties& policy, std::string id,
            ports::ResourceDone done) {
    auto edit = share_edit([name = policy.name, document = policy.document](Role& role) {
        return put_inline_policy(role, name, document);
    });
    edit_roles(directory, account, policy.roles, std::move(edit),
               [id = std::move(id), done = std::move(done)](aws::Outcome<void> outcome) mutable {
                   if (!outcome) return done(std::unexpected(std::move(outcome.error())));
                   done(ports::Resource{id, {{"Id", id}}});
               });
}

struct RolePolicyNames {
    std::string policy;
    std::string role;
};

aws::Outcome<RolePolicyNames> role_policy_names(const codec::JsonObject& properties) {
    auto policy = text_property(properties, "PolicyName");
    if (!policy) return std::unexpected(std::move(policy.error()));
    auto role = text_property(properties, "RoleName");
    if (!role) return std::unexpected(std::move(role.error()));
    return RolePolicyNames{policy->value_or(""), role->value_or("")};
}

}  // namespace

ports::ResourceTypeModel policy_model() {
    return ports::with_types({.type = "AWS::IAM::Policy",
                              .properties = {{.name = "PolicyName", .required = true},
                                             {.name = "PolicyDocument", .required = true},
                                             {.name = "Roles"},
                                             {.name = "Users"},
                                             {.name = "Groups"}},
                              .attributes = {"Id"}},
                             "PolicyName PolicyDocument:json Roles[] Users[] Groups[]");
}

void create_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            ports::ResourceDone done) {
    const auto policy = read(request.properties);
    if (!policy) return done(std::unexpected(policy.error()));
    put_in(directory, request.context.scope.account, *policy, request.generated_name, std::move(done));
}

void update_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            const std::string& id, const boost::json::object& previous,
                            ports::ResourceDone done) {
    auto policy = read(request.properties);
    if (!policy) return done(std::unexpected(std::move(policy.error())));
    auto old = read(previous);
    const std::string& account = request.context.scope.account;
    if (!old) return put_in(directory, account, *policy, id, std::move(done));
    std::vector<std::string> left = old->roles;
    if (old->name == policy->name) {
        std::erase_if(left, [&](const auto& role) {
            return std::ranges::find(policy->roles, role) != policy->roles.end();
        });
    }
    take_out(directory, account, *old, std::move(left),
             [&directory, account, policy = std::move(*policy), id,
              done = std::move(done)](aws::Outcome<void> outcome) mutable {
                 if (!outcome) return done(std::unexpected(std::move(outcome.error())));
                 put_in(directory, account, policy, id, std::move(done));
             });
}

void remove_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            Directory::Answer done) {
    const auto policy = read(request.properties);
    if (!policy) return done({});  // what cannot be read was never made
    take_out(directory, request.context.scope.account, *policy, policy->roles, std::move(done));
}

ports::ResourceTypeModel role_policy_model() {
    using Update = ports::PropertyModel::Update;
    return ports::with_types(
        {.type = "AWS::IAM::RolePolicy",
         .properties = {{.name = "PolicyDocument"},
                        {.name = "PolicyName", .required = true, .update = Update::kReplacement},
                        {.name = "RoleName", .required = true, .update = Update::kReplacement}},
         .attributes = {}},
        "PolicyDocument:json PolicyName RoleName");
}

void put_role_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                              ports::ResourceDone done) {
    const auto names = role_policy_names(request.properties);
    if (!names) return done(std::unexpected(names.error()));
    auto document = document_property(request.properties, "PolicyDocument");
    if (!document) return done(std::unexpected(std::move(document.error())));
    auto edit = [name = names->policy, document = std::move(*document)](Role& role) {
        return put_inline_policy(role, name, document);
    };
    directory.edit_role(
        request.context.scope.account, names->role, std::move(edit),
        [id = names->policy + "|" + names->role, done = std::move(done)](aws::Outcome<void> outcome) mutable {
            if (!outcome) return done(std::unexpected(std::move(outcome.error())));
            done(ports::Resource{std::move(id), {}});
        });
}

void remove_role_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                 Directory::Answer done) {
    const auto names = role_policy_names(request.properties);
    if (!names) return done({});  // what cannot be read was never made
    auto edit = [name = names->policy](Role& role) -> aws::Outcome<void> {
        role.inline_policies.erase(name);
        return {};
    };
    directory.edit_role(request.context.scope.account, names->role, std::move(edit), std::move(done));
}

}  // namespace millrace::iam
