#include <fmt/format.h>

#include "services/cloudformation/ops/change_set_lookup.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

void delete_change_set(Stacks& stacks, const aws::RequestContext& context,
                       api::cloudformation::DeleteChangeSetInput input,
                       aws::Reply<api::cloudformation::DeleteChangeSet> reply) {
    auto found = find_change_set(stacks, context.scope, input.change_set_name, input.stack_name);
    if (!found) {
        // Deleting what is gone succeeds; a stack that is not there does not.
        if (found.error().code == "ChangeSetNotFoundException") {
            return reply(api::cloudformation::DeleteChangeSetOutput{});
        }
        return reply(std::unexpected(std::move(found.error())));
    }
    if (found->change_set->execution_status == "EXECUTE_IN_PROGRESS") {
        return reply(std::unexpected(api::cloudformation::invalid_change_set_status_exception(
            fmt::format("ChangeSet [{}] cannot be deleted in its current status of [{}]",
                        found->change_set->id, found->change_set->execution_status))));
    }
    StackChange change;
    change.change_sets[found->change_set->uuid] = std::nullopt;
    stacks.commit(found->stack->header.uuid, std::move(change),
                  [reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                      if (!kept) return reply(std::unexpected(std::move(kept.error())));
                      reply(api::cloudformation::DeleteChangeSetOutput{});
                  });
}

}  // namespace millrace::cloudformation
