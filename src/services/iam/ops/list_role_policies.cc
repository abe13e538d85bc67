#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_role_policies(Directory& directory, const aws::RequestContext& context,
                        api::iam::ListRolePoliciesRequest input,
                        aws::Reply<api::iam::ListRolePolicies> reply) {
    const Role* role = directory.find_role(context.scope.account, input.role_name);
    if (role == nullptr) return reply(std::unexpected(no_such_role(input.role_name)));
    api::iam::ListRolePoliciesResponse output;
    const auto page = take_page(role->inline_policies, input, [](const auto&) { return true; });
    for (const auto* entry : page.items) output.policy_names.push_back(entry->first);
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
