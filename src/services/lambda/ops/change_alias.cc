#include <algorithm>
#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/alias_shapes.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/provisioning.h"

namespace millrace::lambda {

namespace {

// AWS's pattern looks ahead, which ours cannot: (?!^[0-9]+$)([a-zA-Z0-9-_]+)
bool is_alias_name(std::string_view name) {
    constexpr std::string_view kCharacters =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    return !name.empty() && !is_version_number(name) &&
           name.find_first_not_of(kCharacters) == std::string_view::npos;
}

aws::ServiceError not_a_name(std::string_view name) {
    return validation_exception(
        fmt::format("1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: Member "
                    "must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
                    name));
}

}  // namespace

void create_alias(Core& core, const aws::RequestContext& context, api::lambda::CreateAliasRequest input,
                  aws::Reply<api::lambda::CreateAlias> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    if (!is_alias_name(input.name)) return reply(std::unexpected(not_a_name(input.name)));
    Alias alias{.name = std::move(input.name),
                .version = std::move(input.function_version),
                .description = std::move(input.description).value_or(""),
                .weights = weights_of(input.routing_config)};
    if (core.functions.aliases().newest(record_key(context.scope, (*function)->name, alias.name))) {
        return reply(std::unexpected(
            resource_conflict(fmt::format("Alias already exists: {}:{}", (*function)->arn(), alias.name))));
    }
    if (auto checked = check_versions(core, **function, alias); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    store_alias(core, *function, std::move(alias), std::move(reply));
}

void update_alias(Core& core, const aws::RequestContext& context, api::lambda::UpdateAliasRequest input,
                  aws::Reply<api::lambda::UpdateAlias> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const auto before =
        core.functions.aliases().newest(record_key(context.scope, (*function)->name, input.name));
    if (!before) {
        return reply(std::unexpected(
            resource_not_found(fmt::format("Cannot find alias arn: {}:{}", (*function)->arn(), input.name))));
    }
    if (input.revision_id && *input.revision_id != before->revision_id) {
        return reply(std::unexpected(stale_revision()));
    }
    Alias alias = *before;
    if (input.function_version) alias.version = std::move(*input.function_version);
    if (input.description) alias.description = std::move(*input.description);
    if (input.routing_config) alias.weights = weights_of(input.routing_config);
    if (auto checked = check_versions(core, **function, alias); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    store_alias(core, *function, std::move(alias), std::move(reply));
}

void delete_alias(Core& core, const aws::RequestContext& context, api::lambda::DeleteAliasRequest input,
                  aws::Reply<api::lambda::DeleteAlias> reply) {
    auto found = find_function(core, context.scope, input.function_name);
    if (!found) return reply(std::unexpected(std::move(found.error())));
    const FunctionPtr function = *found;
    // One that is not there counts as deleted, as on AWS; a version is none.
    if (!core.functions.aliases().newest(record_key(context.scope, function->name, input.name))) {
        return reply(aws::Nothing{});
    }
    core.functions.remove_qualified(
        context.scope, function->name, input.name,
        [&core, function, reply = std::move(reply)](Result<> result) mutable {
            if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
            apply_provisioning(core, function->scope, function->name);
            reply(aws::Nothing{});
        });
}

}  // namespace millrace::lambda
