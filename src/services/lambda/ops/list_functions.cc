#include <algorithm>
#include <fmt/format.h>

#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"

namespace millrace::lambda {

namespace {

using Configuration = api::lambda::FunctionConfiguration;

constexpr std::size_t kPageMax = 50;

// In the order of functions and, of each, of its versions. No name has a space.
std::string key_of(const Configuration& configuration) {
    const std::string version = configuration.version.value_or("");
    return fmt::format("{} {:0>19}", configuration.function_name.value_or(""),
                       version == kLatestVersion ? "" : version);
}

// $LATEST first, then the versions, oldest first; all with qualified ARNs.
void add_versions(const Core& core, const Function& latest, std::vector<Configuration>& all) {
    all.push_back(describe_in_list(latest));
    all.back().function_arn = latest.qualified_arn();
    for (const FunctionPtr& version : core.functions.versions(latest.scope, latest.name)) {
        all.push_back(describe_in_list(*version));
    }
}

}  // namespace

void list_functions(Core& core, const aws::RequestContext& context, api::lambda::ListFunctionsRequest input,
                    aws::Reply<api::lambda::ListFunctions> reply) {
    std::vector<Configuration> all;
    for (const FunctionPtr& function : core.functions.list(context.scope)) {
        if (input.function_version == "ALL") {
            add_versions(core, *function, all);
        } else {
            all.push_back(describe_in_list(*function));
        }
    }
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax, key_of);
    reply(api::lambda::ListFunctionsResponse{.next_marker = std::move(page.next_marker),
                                             .functions = std::move(page.items)});
}

void list_versions_by_function(Core& core, const aws::RequestContext& context,
                               api::lambda::ListVersionsByFunctionRequest input,
                               aws::Reply<api::lambda::ListVersionsByFunction> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    std::vector<Configuration> all;
    add_versions(core, **function, all);
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax, key_of);
    reply(api::lambda::ListVersionsByFunctionResponse{.next_marker = std::move(page.next_marker),
                                                      .versions = std::move(page.items)});
}

}  // namespace millrace::lambda
