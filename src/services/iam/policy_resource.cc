#include "services/iam/policy_resource.h"

#include <utility>

#include "api/iam.h"
#include "ports/property_types.h"
#include "services/iam/entity_changes.h"
#include "services/iam/holders.h"
#include "services/iam/properties.h"

namespace millrace::iam {
namespace {

constexpr std::string_view kUserPolicyType = "AWS::IAM::UserPolicy";

/// One inline policy, and who is to have it.
struct InlinePolicy {
    std::string name;
    Holders holders;
    std::string document = {};
};

aws::Outcome<std::string> policy_name(const codec::JsonObject& properties) {
    auto name = text_property(properties, "PolicyName");
    if (!name) return std::unexpected(std::move(name.error()));
    return name->value_or("");
}

aws::Outcome<InlinePolicy> read(const codec::JsonObject& properties) {
    auto name = policy_name(properties);
    if (!name) return std::unexpected(std::move(name.error()));
    auto holders = holders_property(properties);
    if (!holders) return std::unexpected(std::move(holders.error()));
    if (holders->empty()) {
        return std::unexpected(
            api::iam::invalid_input_exception("At least one of [Groups,Roles,Users] must be non-empty."));
    }
    auto document = document_property(properties, "PolicyDocument");
    if (!document) return std::unexpected(std::move(document.error()));
    return InlinePolicy{std::move(*name), std::move(*holders), std::move(*document)};
}

/// Of AWS::IAM::RolePolicy and AWS::IAM::UserPolicy, which have one holder; without the document.
aws::Outcome<InlinePolicy> read_single(const ports::ResourceRequest& request) {
    auto name = policy_name(request.properties);
    if (!name) return std::unexpected(std::move(name.error()));
    const bool of_user = request.type == kUserPolicyType;
    const auto holder = text_property(request.properties, of_user ? "UserName" : "RoleName");
    if (!holder) return std::unexpected(holder.error());
    InlinePolicy policy{std::move(*name), {}};
    (of_user ? policy.holders.users : policy.holders.roles).push_back(holder->value_or(""));
    return policy;
}

/// A holder that is gone counts as done.
void take_out(Directory& directory, const std::string& account, const std::string& policy, Holders holders,
              Directory::Answer answer) {
    auto edit = share_edit([policy](auto& holder) -> aws::Outcome<void> {
        holder.inline_policies.erase(policy);
        return {};
    });
    edit_holders(directory, account, left_behind(directory, account, std::move(holders)), std::move(edit),
                 std::move(answer));
}

void put_in(Directory& directory, const std::string& account, InlinePolicy policy, ports::Resource resource,
            ports::ResourceDone done) {
    auto edit = share_edit([name = std::move(policy.name), document = std::move(policy.document)](
                               auto& holder) { return put_inline_policy(holder, name, document); });
    edit_holders(
        directory, account, std::move(policy.holders), std::move(edit),
        [resource = std::move(resource), done = std::move(done)](aws::Outcome<void> outcome) mutable {
            if (!outcome) return done(std::unexpected(std::move(outcome.error())));
            done(std::move(resource));
        });
}

}  // namespace

ports::ResourceTypeModel policy_model() {
    return ports::with_types({.type = "AWS::IAM::Policy",
                              .properties = {{.name = "PolicyName", .required = true},
                                             {.name = "PolicyDocument", .required = true},
                                             {.name = "Roles"},
                                             {.name = "Users"}},
                              .attributes = {"Id"},
                              .not_offered = {"Groups"}},
                             "PolicyName PolicyDocument:json Roles[] Users[]");
}

void create_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            ports::ResourceDone done) {
    auto policy = read(request.properties);
    if (!policy) return done(std::unexpected(std::move(policy.error())));
    const std::string& id = request.generated_name;
    put_in(directory, request.context.scope.account, std::move(*policy), {id, {{"Id", id}}}, std::move(done));
}

void update_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            const std::string& id, const boost::json::object& previous,
                            ports::ResourceDone done) {
    auto policy = read(request.properties);
    if (!policy) return done(std::unexpected(std::move(policy.error())));
    ports::Resource resource{id, {{"Id", id}}};
    const std::string& account = request.context.scope.account;
    const auto old = read(previous);
    if (!old) return put_in(directory, account, std::move(*policy), std::move(resource), std::move(done));
    Holders left = old->holders;
    if (old->name == policy->name) left = left_behind(directory, account, std::move(left), policy->holders);
    take_out(directory, account, old->name, std::move(left),
             [&directory, account, policy = std::move(*policy), resource = std::move(resource),
              done = std::move(done)](aws::Outcome<void> outcome) mutable {
                 if (!outcome) return done(std::unexpected(std::move(outcome.error())));
                 put_in(directory, account, std::move(policy), std::move(resource), std::move(done));
             });
}

void remove_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            Directory::Answer done) {
    const auto policy = read(request.properties);
    if (!policy) return done({});  // what cannot be read was never made
    take_out(directory, request.context.scope.account, policy->name, policy->holders, std::move(done));
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

ports::ResourceTypeModel user_policy_model() {
    using Update = ports::PropertyModel::Update;
    return ports::with_types(
        {.type = std::string(kUserPolicyType),
         .properties = {{.name = "PolicyDocument"},
                        {.name = "PolicyName", .required = true, .update = Update::kReplacement},
                        {.name = "UserName", .required = true, .update = Update::kReplacement}},
         .attributes = {}},
        "PolicyDocument:json PolicyName UserName");
}

void put_single_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                ports::ResourceDone done) {
    auto policy = read_single(request);
    if (!policy) return done(std::unexpected(std::move(policy.error())));
    auto document = document_property(request.properties, "PolicyDocument");
    if (!document) return done(std::unexpected(std::move(document.error())));
    policy->document = std::move(*document);
    const Holders& holders = policy->holders;
    const std::string& holder = holders.users.empty() ? holders.roles.front() : holders.users.front();
    ports::Resource resource{policy->name + "|" + holder, {}};
    put_in(directory, request.context.scope.account, std::move(*policy), std::move(resource),
           std::move(done));
}

void remove_single_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                   Directory::Answer done) {
    const auto policy = read_single(request);
    if (!policy) return done({});  // what cannot be read was never made
    take_out(directory, request.context.scope.account, policy->name, policy->holders, std::move(done));
}

}  // namespace millrace::iam
