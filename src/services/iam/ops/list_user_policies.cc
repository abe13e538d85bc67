#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_user_policies(Directory& directory, const aws::RequestContext& context,
                        api::iam::ListUserPoliciesRequest input,
                        aws::Reply<api::iam::ListUserPolicies> reply) {
    const User* user = directory.find_user(context.scope.account, input.user_name);
    if (user == nullptr) return reply(std::unexpected(no_such_user(input.user_name)));
    api::iam::ListUserPoliciesResponse output;
    const auto page = take_page(user->inline_policies, input, [](const auto&) { return true; });
    for (const auto* entry : page.items) output.policy_names.push_back(entry->first);
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
