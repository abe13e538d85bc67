#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::ListChangeSetsOutput> list_change_sets(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListChangeSetsInput& input) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return std::unexpected(stack_does_not_exist(input.stack_name));
    }
    auto page = take_page(change_sets_of(*stack), input.next_token,
                          [](const ChangeSet* change_set) { return change_set->uuid; });
    if (!page) return std::unexpected(page.error());
    api::cloudformation::ListChangeSetsOutput output;
    output.summaries.emplace();
    for (const ChangeSet* change_set : page->items) {
        api::cloudformation::ChangeSetSummary summary;
        summary.stack_id = stack->header.id;
        summary.stack_name = stack->header.name;
        summary.change_set_id = change_set->id;
        summary.change_set_name = change_set->name;
        summary.execution_status = change_set->execution_status;
        summary.status = change_set->status;
        summary.status_reason = unless_empty(change_set->reason);
        summary.creation_time = change_set->created;
        summary.description = unless_empty(change_set->description);
        summary.parent_change_set_id = unless_empty(change_set->parent_id);
        summary.root_change_set_id = unless_empty(change_set->root_id);
        summary.include_nested_stacks = change_set->include_nested_stacks;
        if (change_set->import_existing_resources) summary.import_existing_resources = true;
        output.summaries->push_back(std::move(summary));
    }
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
