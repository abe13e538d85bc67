#include "services/iam/errors.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {
void list_attached_role_policies(Directory& directory, const aws::RequestContext& context,
                                 api::iam::ListAttachedRolePoliciesRequest input,
                                 aws::Reply<api::iam::ListAttachedRolePolicies> reply) {
    const Role* role = directory.find_role(context.scope.account, input.role_name);
    if (role == nullptr) return reply(std::unexpected(no_such_role(input.role_name)));
    const std::string prefix = input.path_prefix.value_or("/");
    api::iam::ListAttachedRolePoliciesResponse output;
    const auto page = take_page(role->attached, input,
                                [&](const std::string& arn) { return path_of(arn).starts_with(prefix); });
    auto& policies = output.attached_policies.emplace();
    for (const std::string* arn : page.items)
        policies.push_back({.policy_name = policy_name_of(*arn), .policy_arn = *arn});
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
