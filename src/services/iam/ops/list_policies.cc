#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"
#include "services/iam/ops/page.h"

namespace millrace::iam {

void list_policies(Directory& directory, const aws::RequestContext& context,
                   api::iam::ListPoliciesRequest input, aws::Reply<api::iam::ListPolicies> reply) {
    const std::string prefix = input.path_prefix.value_or("/");
    const std::string& account = context.scope.account;
    api::iam::ListPoliciesResponse output;
    // Only the account's own: AWS's are not stored here.
    const auto page = take_page(directory.policies(account), input, [&](const auto& entry) {
        const ManagedPolicy& policy = entry.second;
        if (input.scope == "AWS" || !policy.path.starts_with(prefix)) return false;
        return !input.only_attached.value_or(false) || directory.attachments(account, policy.arn()) > 0;
    });
    auto& policies = output.policies.emplace();
    for (const auto* entry : page.items) policies.push_back(describe(directory, entry->second));
    page.describe(output);
    reply(std::move(output));
}

}  // namespace millrace::iam
