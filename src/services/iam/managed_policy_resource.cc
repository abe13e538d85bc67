#include "services/iam/managed_policy_resource.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "api/iam.h"
#include "codec/timestamp.h"
#include "ports/property_types.h"
#include "services/iam/edit_roles.h"
#include "services/iam/entity_changes.h"
#include "services/iam/policy_document.h"
#include "services/iam/properties.h"

namespace millrace::iam {
namespace {

using Update = ports::PropertyModel::Update;

aws::Outcome<std::vector<std::string>> roles_of(const codec::JsonObject& properties) {
    if (properties.contains("Users") || properties.contains("Groups")) {
        return std::unexpected(
            api::iam::invalid_input_exception("Users and Groups of a policy are not offered by Millrace."));
    }
    return list_property(properties, "Roles");
}

aws::Outcome<std::string> checked_document(const codec::JsonObject& properties) {
    auto document = document_property(properties, "PolicyDocument");
    if (!document) return document;
    if (auto good = check_policy_document(*document, PolicyKind::kIdentity); !good) {
        return std::unexpected(std::move(good.error()));
    }
    return document;
}

SharedEdit detaching(const std::string& arn) {
    return share_edit([arn](Role& role) -> aws::Outcome<void> {
        role.attached.erase(arn);
        return {};
    });
}

std::string seconds_of(WallTime time) {
    return codec::format_iso8601(time, codec::Iso8601Precision::kSeconds);
}

ports::Resource describe(const Directory& directory, const std::string& account, const std::string& arn) {
    const ManagedPolicy* policy = directory.find_policy(account, arn);
    if (policy == nullptr) return {arn, {}};
    return {arn,
            {{"PolicyArn", arn},
             {"PolicyId", policy->id},
             {"AttachmentCount", fmt::to_string(directory.attachments(account, arn))},
             {"CreateDate", seconds_of(policy->created)},
             {"DefaultVersionId", policy->version_id()},
             {"IsAttachable", "true"},
             {"PermissionsBoundaryUsageCount", fmt::to_string(directory.boundaries(account, arn))},
             {"UpdateDate", seconds_of(policy->updated)}}};
}

/// Attaches the policy to the roles and answers with the resource.
void attach_to(Directory& directory, std::string account, std::vector<std::string> roles, std::string arn,
               ports::ResourceDone done) {
    auto edit = share_edit([&directory, arn](Role& role) { return attach(directory, role, arn); });
    auto answer = [&directory, account, arn = std::move(arn),
                   done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(describe(directory, account, arn));
    };
    edit_roles(directory, std::move(account), std::move(roles), std::move(edit), std::move(answer));
}

}  // namespace

ports::ResourceTypeModel managed_policy_model() {
    return ports::with_types(
        {.type = "AWS::IAM::ManagedPolicy",
         .properties = {{.name = "ManagedPolicyName", .update = Update::kReplacement},
                        {.name = "Path", .update = Update::kReplacement},
                        {.name = "Description", .update = Update::kReplacement},
                        {.name = "PolicyDocument", .required = true},
                        {.name = "Roles"},
                        {.name = "Users"},
                        {.name = "Groups"}},
         .attributes = {"PolicyArn", "PolicyId", "AttachmentCount", "CreateDate", "DefaultVersionId",
                        "IsAttachable", "PermissionsBoundaryUsageCount", "UpdateDate"}},
        "ManagedPolicyName Path Description PolicyDocument:json Roles[] Users[] Groups[]");
}

void create_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    ports::ResourceDone done) {
    const codec::JsonObject& properties = request.properties;
    const auto name = text_property(properties, "ManagedPolicyName");
    if (!name) return done(std::unexpected(name.error()));
    const auto path = text_property(properties, "Path");
    if (!path) return done(std::unexpected(path.error()));
    const auto description = text_property(properties, "Description");
    if (!description) return done(std::unexpected(description.error()));
    auto document = checked_document(properties);
    if (!document) return done(std::unexpected(std::move(document.error())));
    auto roles = roles_of(properties);
    if (!roles) return done(std::unexpected(std::move(roles.error())));

    const WallTime now = directory.clock().now();
    ManagedPolicy policy{.account = request.context.scope.account,
                         .name = *name ? **name : request.generated_name,
                         .path = path->value_or("/"),
                         .id = make_id("ANPA", directory.random()),
                         .created = now,
                         .updated = now,
                         .description = description->value_or(""),
                         .document = std::move(*document)};
    auto attach_all = [&directory, account = policy.account, roles = std::move(*roles), arn = policy.arn(),
                       done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        attach_to(directory, std::move(account), std::move(roles), std::move(arn), std::move(done));
    };
    directory.create_policy(std::move(policy), std::move(attach_all));
}

void update_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    const std::string& arn, const boost::json::object& previous,
                                    ports::ResourceDone done) {
    auto document = checked_document(request.properties);
    if (!document) return done(std::unexpected(std::move(document.error())));
    auto roles = roles_of(request.properties);
    if (!roles) return done(std::unexpected(std::move(roles.error())));
    const std::string& account = request.context.scope.account;
    std::vector<std::string> left = list_property(previous, "Roles").value_or(std::vector<std::string>{});
    std::erase_if(left, [&](const std::string& role) {
        return std::ranges::find(*roles, role) != roles->end() ||
               directory.find_role(account, role) == nullptr;
    });

    auto new_version = [document = std::move(*document),
                        now = directory.clock().now()](ManagedPolicy& edited) -> aws::Outcome<void> {
        if (edited.document == document) return {};
        edited.document = document;
        edited.updated = now;
        ++edited.version;
        return {};
    };
    auto attach_again = [&directory, account, roles = std::move(*roles), arn,
                         done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        attach_to(directory, account, std::move(roles), arn, std::move(done));
    };
    auto detach_left = [&directory, account, left = std::move(left), arn,
                        next = std::move(attach_again)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return next(std::move(outcome));
        edit_roles(directory, std::move(account), std::move(left), detaching(arn), std::move(next));
    };
    directory.edit_policy(account, arn, std::move(new_version), std::move(detach_left));
}

void remove_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    const std::string& arn, Directory::Answer done) {
    const std::string& account = request.context.scope.account;
    std::vector<std::string> roles;
    for (const auto& [name, role] : directory.roles(account)) {
        if (role.attached.contains(arn)) roles.push_back(name);
    }
    edit_roles(directory, account, std::move(roles), detaching(arn),
               [&directory, account, arn, done = std::move(done)](aws::Outcome<void> outcome) mutable {
                   if (!outcome) return done(std::move(outcome));
                   directory.delete_policy(std::move(account), std::move(arn), std::move(done));
               });
}

}  // namespace millrace::iam
