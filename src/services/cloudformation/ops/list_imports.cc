#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"
#include "services/cloudformation/state/exports.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::ListImportsOutput> list_imports(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListImportsInput& input) {
    const std::vector<std::string> importers = importers_of(stacks.store(), context.scope, input.export_name);
    if (importers.empty()) {
        return std::unexpected(
            validation_error(fmt::format("Export '{}' is not imported by any stack.", input.export_name)));
    }
    auto page = take_page(importers, input.next_token, [](const std::string& name) { return name; });
    if (!page) return std::unexpected(page.error());
    return api::cloudformation::ListImportsOutput{.imports = std::move(page->items),
                                                  .next_token = page->next_token};
}

}  // namespace millrace::cloudformation
