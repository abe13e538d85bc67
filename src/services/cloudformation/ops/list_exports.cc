#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"
#include "services/cloudformation/state/exports.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::ListExportsOutput> list_exports(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListExportsInput& input) {
    auto page = take_page(list_exports(stacks.store(), context.scope), input.next_token,
                          [](const Export& entry) { return entry.name; });
    if (!page) return std::unexpected(page.error());
    api::cloudformation::ListExportsOutput output;
    output.exports.emplace();
    for (const Export& entry : page->items) {
        output.exports->push_back(
            {.exporting_stack_id = entry.stack_id, .name = entry.name, .value = entry.value});
    }
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
