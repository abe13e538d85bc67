#include "services/iam/entity_changes.h"
#include "services/iam/ops/answer.h"
#include "services/iam/ops/describe.h"
#include "services/iam/ops/operations.h"
#include "services/iam/policy_document.h"

namespace millrace::iam {

void create_policy(Directory& directory, const aws::RequestContext& context,
                   api::iam::CreatePolicyRequest input, aws::Reply<api::iam::CreatePolicy> reply) {
    const WallTime now = directory.clock().now();
    ManagedPolicy policy{.account = context.scope.account,
                         .name = std::move(input.policy_name),
                         .path = input.path.value_or("/"),
                         .id = make_id("ANPA", directory.random()),
                         .created = now,
                         .updated = now,
                         .description = input.description.value_or(""),
                         .document = std::move(input.policy_document),
                         .tags = to_tags(input.tags)};
    if (auto good = check_tags(policy.tags); !good) return reply(std::unexpected(std::move(good.error())));
    if (auto good = check_policy_document(policy.document, PolicyKind::kIdentity); !good) {
        return reply(std::unexpected(std::move(good.error())));
    }
    api::iam::CreatePolicyResponse output{.policy = describe(directory, policy)};
    directory.create_policy(std::move(policy), answer_with(std::move(reply), std::move(output)));
}

}  // namespace millrace::iam
