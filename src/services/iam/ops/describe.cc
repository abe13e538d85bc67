#include "services/iam/ops/describe.h"

#include <algorithm>

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

std::optional<api::iam::AttachedPermissionsBoundary> describe_boundary(const std::string& arn) {
    if (arn.empty()) return std::nullopt;
    return api::iam::AttachedPermissionsBoundary{.permissions_boundary_type = "PermissionsBoundaryPolicy",
                                                 .permissions_boundary_arn = arn};
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
    out.permissions_boundary = describe_boundary(role.boundary);
    return out;
}

api::iam::User describe(const User& user) {
    return {.path = user.path,
            .user_name = user.name,
            .user_id = user.id,
            .arn = user.arn(),
            .create_date = user.created,
            .permissions_boundary = describe_boundary(user.boundary),
            .tags = describe(user.tags)};
}

std::string_view path_of(std::string_view policy_arn) {
    const std::size_t begin = std::min(policy_arn.find('/'), policy_arn.size());
    const std::size_t end = policy_arn.rfind('/');
    return end == std::string_view::npos ? "" : policy_arn.substr(begin, end - begin + 1);
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
