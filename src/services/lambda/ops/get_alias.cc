#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/alias_shapes.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPageMax = 50;

}  // namespace

void get_alias(Core& core, const aws::RequestContext& context, api::lambda::GetAliasRequest input,
               aws::Reply<api::lambda::GetAlias> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const auto alias =
        core.functions.aliases().find(record_key(context.scope, (*function)->name, input.name));
    if (!alias) {
        return reply(std::unexpected(
            resource_not_found(fmt::format("Cannot find alias arn: {}:{}", (*function)->arn(), input.name))));
    }
    reply(describe(**function, *alias));
}

void list_aliases(Core& core, const aws::RequestContext& context, api::lambda::ListAliasesRequest input,
                  aws::Reply<api::lambda::ListAliases> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    std::vector<api::lambda::AliasConfiguration> all;
    for (const auto& [key, alias] :
         core.functions.aliases().list(record_prefix(context.scope, (*function)->name))) {
        const bool wanted = !input.function_version || alias->version == *input.function_version ||
                            alias->weights.contains(*input.function_version);
        if (wanted) all.push_back(describe(**function, *alias));
    }
    auto page =
        page_of(std::move(all), input.marker, input.max_items, kPageMax,
                [](const api::lambda::AliasConfiguration& alias) { return alias.alias_arn.value_or(""); });
    reply(api::lambda::ListAliasesResponse{.next_marker = std::move(page.next_marker),
                                           .aliases = std::move(page.items)});
}

}  // namespace millrace::lambda
