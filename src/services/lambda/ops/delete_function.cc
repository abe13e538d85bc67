#include <algorithm>
#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

// Names of the aliases that point to a version.
std::vector<std::string> users_of(const Core& core, const Function& version) {
    std::vector<std::string> users;
    for (const auto& [key, alias] :
         core.functions.aliases().list(record_prefix(version.scope, version.name))) {
        if (alias->version == version.version || alias->weights.contains(version.version))
            users.push_back(alias->name);
    }
    return users;
}

/// Of other versions and of what changes the function it is independent, and goes beside it.
void delete_version(Core& core, const FunctionPtr& version, aws::Reply<api::lambda::DeleteFunction> reply) {
    if (const auto users = users_of(core, *version); !users.empty()) {
        return reply(std::unexpected(resource_conflict(
            fmt::format("Unable to delete version because the following aliases reference it: [{}]",
                        fmt::join(users, ", ")))));
    }
    core.functions.remove_qualified(
        version->scope, version->name, version->version,
        [&core, version, reply = std::move(reply)](Result<> result) mutable {
            if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
            core.invoker.version_deleted(*version);
            reply(api::lambda::DeleteFunctionResponse{.status_code = 204});
        });
}

void delete_whole(Core& core, const FunctionPtr& function, aws::Reply<api::lambda::DeleteFunction> reply) {
    core.functions.change_begins(function->scope, function->name);
    core.functions.remove(function->scope, function->name,
                          [&core, function, reply = std::move(reply)](Result<> result) mutable {
                              core.functions.change_ended(function->scope, function->name);
                              if (!result)
                                  return reply(std::unexpected(aws::to_service_error(result.error())));
                              core.invoker.function_deleted(*function);
                              core.asynchronous.function_deleted(function->scope, function->name);
                              reply(api::lambda::DeleteFunctionResponse{.status_code = 204});
                          });
}

}  // namespace

void delete_function(Core& core, const aws::RequestContext& context, api::lambda::DeleteFunctionRequest input,
                     aws::Reply<api::lambda::DeleteFunction> reply) {
    const auto named =
        resolve_function_name(context.scope, input.function_name, input.qualifier.value_or(""));
    if (!named) return reply(std::unexpected(named.error()));
    const std::string& qualifier = named->qualifier;
    if (qualifier == kLatestVersion) {
        return reply(std::unexpected(
            invalid_parameter("$LATEST version cannot be deleted without deleting the function.")));
    }
    auto found = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!found) {
        // A version that is not there counts as deleted.
        if (is_version_number(qualifier) && core.functions.find(context.scope, named->name))
            return reply(api::lambda::DeleteFunctionResponse{.status_code = 204});
        return reply(std::unexpected(std::move(found.error())));
    }
    if (!qualifier.empty() && qualifier != found->function->version) {
        return reply(std::unexpected(invalid_parameter("Deletion of aliases is not currently supported.")));
    }
    if (!qualifier.empty()) return delete_version(core, found->function, std::move(reply));
    if (auto free = check_no_change_in_progress(core, *found->function); !free) {
        return reply(std::unexpected(std::move(free.error())));
    }
    delete_whole(core, found->function, std::move(reply));
}

}  // namespace millrace::lambda
