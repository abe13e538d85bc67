#include <algorithm>

#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPageMax = 50;

}  // namespace

void list_functions(Core& core, const aws::RequestContext& context, api::lambda::ListFunctionsRequest input,
                    aws::Reply<api::lambda::ListFunctions> reply) {
    const auto page = static_cast<std::size_t>(input.max_items.value_or(kPageMax));
    api::lambda::ListFunctionsResponse output{.functions = std::vector<api::lambda::FunctionConfiguration>{}};
    // The marker is the last name of the page before.
    for (const FunctionPtr& function : core.functions.list(context.scope, input.marker.value_or(""))) {
        if (output.functions->size() == std::min(page, kPageMax)) {
            output.next_marker = output.functions->back().function_name;
            break;
        }
        output.functions->push_back(describe(*function));
    }
    reply(std::move(output));
}

void list_versions_by_function(Core& core, const aws::RequestContext& context,
                               api::lambda::ListVersionsByFunctionRequest input,
                               aws::Reply<api::lambda::ListVersionsByFunction> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    api::lambda::FunctionConfiguration latest = describe(**function);
    latest.function_arn = (*function)->arn() + ":" + std::string(kLatestVersion);
    reply(api::lambda::ListVersionsByFunctionResponse{.versions = {{std::move(latest)}}});
}

}  // namespace millrace::lambda
