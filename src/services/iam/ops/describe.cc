#include "services/iam/ops/describe.h"

#include "codec/uri.h"

namespace millrace::iam {
namespace {

std::optional<std::vector<api::iam::Tag>> describe(const Tags& tags) {
    if (tags.empty()) return std::nullopt;
    std::vector<api::iam::Tag> out;
    for (const auto& [key, value] : tags) out.push_back({key, value});
    return out;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

api::iam::Role describe(const Role& role) {
    api::iam::Role out{.path = role.path,
                       .role_name = role.name,
                       .role_id = role.id,
                       .arn = role.arn(),
                       .create_date = role.created,
                       .assume_role_policy_document = codec::percent_encode(role.trust_policy),
                       .description = unless_empty(role.description),
                       .max_session_duration = role.session_seconds_max,
                       .tags = describe(role.tags)};
    if (!role.boundary.empty()) {
        out.permissions_boundary =
            api::iam::AttachedPermissionsBoundary{.permissions_boundary_type = "PermissionsBoundaryPolicy",
                                                  .permissions_boundary_arn = role.boundary};
    }
    return out;
}

api::iam::Policy describe(const Directory& directory, const ManagedPolicy& policy) {
    return {.policy_name = policy.name,
            .policy_id = policy.id,
            .arn = policy.arn(),
            .path = policy.path,
            .default_version_id = policy.version_id(),
            .attachment_count = directory.attachments(policy.account, policy.arn()),
            .permissions_boundary_usage_count = directory.boundaries(policy.account, policy.arn()),
            .is_attachable = true,
            .description = unless_empty(policy.description),
            .create_date = policy.created,
            .update_date = policy.updated,
            .tags = describe(policy.tags)};
}

Tags to_tags(const std::optional<std::vector<api::iam::Tag>>& tags) {
    Tags out;
    if (!tags) return out;
    for (const api::iam::Tag& tag : *tags) out.insert_or_assign(tag.key, tag.value);
    return out;
}

}  // namespace millrace::iam
