#include <fmt/format.h>

#include "codec/uri.h"
#include "services/iam/errors.h"
#include "services/iam/ops/operations.h"

namespace millrace::iam {

void get_policy_version(Directory& directory, const aws::RequestContext& context,
                        api::iam::GetPolicyVersionRequest input,
                        aws::Reply<api::iam::GetPolicyVersion> reply) {
    const ManagedPolicy* policy = directory.find_policy(context.scope.account, input.policy_arn);
    if (policy == nullptr) return reply(std::unexpected(not_attached(input.policy_arn)));
    if (input.version_id != policy->version_id()) {
        return reply(std::unexpected(api::iam::no_such_entity_exception(
            fmt::format("Policy {} version {} does not exist or is not attachable.", input.policy_arn,
                        input.version_id))));
    }
    reply(api::iam::GetPolicyVersionResponse{
        .policy_version = api::iam::PolicyVersion{.document = codec::percent_encode(policy->document),
                                                  .version_id = policy->version_id(),
                                                  .is_default_version = true,
                                                  .create_date = policy->updated}});
}

}  // namespace millrace::iam
