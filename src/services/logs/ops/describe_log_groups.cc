#include <algorithm>

#include "services/logs/errors.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"

namespace millrace::logs {
namespace {

using api::logs::DescribeLogGroupsRequest;

bool is_asked_for(const DescribeLogGroupsRequest& input, const aws::Scope& scope, const LogGroup& group) {
    // No account is linked to another here.
    const auto& accounts = input.account_identifiers;
    if (accounts && !accounts->empty() && std::ranges::find(*accounts, scope.account) == accounts->end())
        return false;
    if (input.log_group_name_prefix && !group.name.starts_with(*input.log_group_name_prefix)) return false;
    if (input.log_group_name_pattern && group.name.find(*input.log_group_name_pattern) == std::string::npos)
        return false;
    if (input.log_group_class && group.log_class != *input.log_group_class) return false;
    if (!input.log_group_identifiers) return true;
    return std::ranges::any_of(*input.log_group_identifiers, [&](const std::string& identifier) {
        return group_of_identifier(scope, identifier) == group.name;
    });
}

api::logs::LogGroup describe(const LogGroup& group) {
    const std::string arn = group_arn(group.scope, group.name);
    api::logs::LogGroup out{.log_group_name = group.name,
                            .creation_time = to_millis(group.created),
                            .retention_in_days = group.retention_days,
                            .metric_filter_count = 0,
                            .arn = arn + ":*",
                            .stored_bytes = static_cast<std::int64_t>(group.stored_bytes()),
                            .log_group_class = group.log_class,
                            .log_group_arn = arn,
                            .deletion_protection_enabled = group.deletion_protected};
    if (!group.kms_key_id.empty()) out.kms_key_id = group.kms_key_id;
    return out;
}

}  // namespace

void describe_log_groups(Groups& groups, const aws::RequestContext& context, DescribeLogGroupsRequest input,
                         aws::Reply<api::logs::DescribeLogGroups> reply) {
    if (input.log_group_name_prefix && input.log_group_name_pattern) {
        return reply(std::unexpected(api::logs::invalid_parameter_exception(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")));
    }
    const auto limit =
        static_cast<std::size_t>(input.limit.value_or(static_cast<std::int32_t>(kDescribeMax)));
    const State::Groups& all = groups.state().groups(context.scope);
    std::vector<api::logs::LogGroup> found;
    std::optional<std::string> next;
    // The token is the name of the last group shown.
    for (auto at = input.next_token ? all.upper_bound(*input.next_token) : all.begin(); at != all.end();
         ++at) {
        if (!is_asked_for(input, context.scope, at->second)) continue;
        if (found.size() == limit) {
            next = found.back().log_group_name;
            break;
        }
        found.push_back(describe(at->second));
    }
    reply(
        api::logs::DescribeLogGroupsResponse{.log_groups = std::move(found), .next_token = std::move(next)});
}

}  // namespace millrace::logs
