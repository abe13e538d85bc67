#include <fmt/format.h>

#include "services/cloudformation/nested/nested_change_sets.h"
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
    const std::string& root = found->change_set->root_id;
    // A crash may have kept the root's from being there.
    if (!root.empty() && find_change_set(stacks, context.scope, root, std::nullopt)) {
        return reply(std::unexpected(api::cloudformation::invalid_change_set_status_exception(fmt::format(
            "ChangeSet [{}] belongs to [{}] and is deleted with it", found->change_set->id, root))));
    }
    remove_nested(stacks, context.scope, found->change_set->id,
                  [&stacks, stack = found->stack->header.uuid, uuid = found->change_set->uuid,
                   reply = std::move(reply)](aws::Outcome<void> gone) mutable {
                      if (!gone) return reply(std::unexpected(std::move(gone.error())));
                      StackChange change;
                      change.change_sets[uuid] = std::nullopt;
                      stacks.commit(stack, std::move(change),
                                    [reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                                        if (!kept) return reply(std::unexpected(std::move(kept.error())));
                                        reply(api::cloudformation::DeleteChangeSetOutput{});
                                    });
                  });
}

}  // namespace millrace::cloudformation
