#include "services/iam/managed_policy_resource.h"

#include <fmt/format.h>
#include <utility>

#include "codec/timestamp.h"
#include "ports/property_types.h"
#include "services/iam/entity_changes.h"
#include "services/iam/holders.h"
#include "services/iam/policy_document.h"
#include "services/iam/properties.h"

namespace millrace::iam {
namespace {

using Update = ports::PropertyModel::Update;

aws::Outcome<std::string> checked_document(const codec::JsonObject& properties) {
    auto document = document_property(properties, "PolicyDocument");
    if (!document) return document;
    if (auto good = check_policy_document(*document, PolicyKind::kIdentity); !good) {
        return std::unexpected(std::move(good.error()));
    }
    return document;
}

SharedEdit detaching(const std::string& arn) {
    return share_edit([arn](auto& holder) -> aws::Outcome<void> {
        holder.attached.erase(arn);
        return {};
    });
}

/// The names of those that have the policy.
template <class Entities>
std::vector<std::string> names_with(const Entities& entities, const std::string& arn) {
    std::vector<std::string> names;
    for (const auto& [name, entity] : entities) {
        if (entity.attached.contains(arn)) names.push_back(name);
    }
    return names;
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

/// Attaches the policy to the holders and answers with the resource.
void attach_to(Directory& directory, std::string account, Holders holders, std::string arn,
               ports::ResourceDone done) {
    auto edit = share_edit([&directory, arn](auto& holder) { return attach(directory, holder, arn); });
    auto answer = [&directory, account, arn = std::move(arn),
                   done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(describe(directory, account, arn));
    };
    edit_holders(directory, std::move(account), std::move(holders), std::move(edit), std::move(answer));
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
                        {.name = "Users"}},
         .attributes = {"PolicyArn", "PolicyId", "AttachmentCount", "CreateDate", "DefaultVersionId",
                        "IsAttachable", "PermissionsBoundaryUsageCount", "UpdateDate"},
         .not_offered = {"Groups"}},
        "ManagedPolicyName Path Description PolicyDocument:json Roles[] Users[]");
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
    auto holders = holders_property(properties);
    if (!holders) return done(std::unexpected(std::move(holders.error())));

    const WallTime now = directory.clock().now();
    ManagedPolicy policy{.account = request.context.scope.account,
                         .name = *name ? **name : request.generated_name,
                         .path = path->value_or("/"),
                         .id = make_id("ANPA", directory.random()),
                         .created = now,
                         .updated = now,
                         .description = description->value_or(""),
                         .document = std::move(*document)};
    auto attach_all = [&directory, account = policy.account, holders = std::move(*holders),
                       arn = policy.arn(), done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        attach_to(directory, std::move(account), std::move(holders), std::move(arn), std::move(done));
    };
    directory.create_policy(std::move(policy), std::move(attach_all));
}

void update_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    const std::string& arn, const boost::json::object& previous,
                                    ports::ResourceDone done) {
    auto document = checked_document(request.properties);
    if (!document) return done(std::unexpected(std::move(document.error())));
    auto holders = holders_property(request.properties);
    if (!holders) return done(std::unexpected(std::move(holders.error())));
    const std::string& account = request.context.scope.account;
    Holders left = left_behind(directory, account, holders_property(previous).value_or(Holders()), *holders);

    auto new_version = [document = std::move(*document),
                        now = directory.clock().now()](ManagedPolicy& edited) -> aws::Outcome<void> {
        if (edited.document == document) return {};
        edited.document = document;
        edited.updated = now;
        ++edited.version;
        return {};
    };
    auto attach_again = [&directory, account, holders = std::move(*holders), arn,
                         done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        attach_to(directory, account, std::move(holders), arn, std::move(done));
    };
    auto detach_left = [&directory, account, left = std::move(left), arn,
                        next = std::move(attach_again)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return next(std::move(outcome));
        edit_holders(directory, std::move(account), std::move(left), detaching(arn), std::move(next));
    };
    directory.edit_policy(account, arn, std::move(new_version), std::move(detach_left));
}

void remove_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    const std::string& arn, Directory::Answer done) {
    const std::string& account = request.context.scope.account;
    Holders holders{names_with(directory.roles(account), arn), names_with(directory.users(account), arn)};
    edit_holders(directory, account, std::move(holders), detaching(arn),
                 [&directory, account, arn, done = std::move(done)](aws::Outcome<void> outcome) mutable {
                     if (!outcome) return done(std::move(outcome));
                     directory.delete_policy(std::move(account), std::move(arn), std::move(done));
                 });
}

}  // namespace millrace::iam
