#include "services/iam/errors.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {
void list_attached_user_policies(Directory& directory, const aws::RequestContext& context,
                                 api::iam::ListAttachedUserPoliciesRequest input,
                                 aws::Reply<api::iam::ListAttachedUserPolicies> reply) {
    const User* user = directory.find_user(context.scope.account, input.user_name);
    if (user == nullptr) return reply(std::unexpected(no_such_user(input.user_name)));
    const std::string prefix = input.path_prefix.value_or("/");
    api::iam::ListAttachedUserPoliciesResponse output;
    const auto page = take_page(user->attached, input,
                                [&](const std::string& arn) { return path_of(arn).starts_with(prefix); });
    auto& policies = output.attached_policies.emplace();
    for (const std::string* arn : page.items)
        policies.push_back({.policy_name = policy_name_of(*arn), .policy_arn = *arn});
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
