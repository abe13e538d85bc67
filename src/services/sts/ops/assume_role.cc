#include <algorithm>
#include <fmt/format.h>

#include "aws/auth/credential.h"
#include "services/sts/credentials.h"
#include "services/sts/errors.h"
#include "services/sts/ops/operations.h"
#include "services/sts/ops/unhonoured.h"

namespace millrace::sts {
namespace {

struct RoleArn {
    std::string_view account;
    std::string_view name;
};

/// "arn:aws:iam::<account>:role/<path><name>"
std::optional<RoleArn> parse_role_arn(std::string_view arn) {
    constexpr std::string_view kPrefix = "arn:aws:iam::";
    if (!arn.starts_with(kPrefix)) return std::nullopt;
    arn.remove_prefix(kPrefix.size());
    const std::string_view account = arn.substr(0, arn.find(':'));
    arn.remove_prefix(account.size());
    if (!aws::is_account(account) || !arn.starts_with(":role/")) return std::nullopt;
    const std::string_view name = arn.substr(arn.rfind('/') + 1);
    if (name.empty()) return std::nullopt;
    return RoleArn{account, name};
}

/// What narrows or marks a session: nothing here would heed it. An ExternalId is for trust policies to
/// compare, and those allow everything.
std::optional<std::string_view> unhonoured_member(const api::sts::AssumeRoleRequest& input) {
    if (input.policy) return "Policy";
    if (input.policy_arns && !input.policy_arns->empty()) return "PolicyArns";
    if (input.tags && !input.tags->empty()) return "Tags";
    if (input.transitive_tag_keys && !input.transitive_tag_keys->empty()) return "TransitiveTagKeys";
    if (input.provided_contexts && !input.provided_contexts->empty()) return "ProvidedContexts";
    return unhonoured_in_both(input);
}

}  // namespace

void assume_role(const Dependencies& dependencies, const aws::RequestContext& /*context*/,
                 api::sts::AssumeRoleRequest input, aws::Reply<api::sts::AssumeRole> reply) {
    constexpr std::int32_t kSecondsDefault = 3'600;
    const auto role = parse_role_arn(input.role_arn);
    if (!role) return reply(std::unexpected(validation_error(fmt::format("{} is invalid", input.role_arn))));
    if (const auto member = unhonoured_member(input)) return reply(std::unexpected(not_offered(*member)));
    const std::string& session = input.role_session_name;
    const std::string id = random_role_id(dependencies.random);
    reply(api::sts::AssumeRoleResponse{
        .credentials =
            make_credentials(dependencies, role->account, input.duration_seconds.value_or(kSecondsDefault)),
        .assumed_role_user =
            api::sts::AssumedRoleUser{
                .assumed_role_id = fmt::format("{}:{}", id, session),
                .arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", role->account, role->name, session)},
        .source_identity = std::move(input.source_identity)});
}

}  // namespace millrace::sts
