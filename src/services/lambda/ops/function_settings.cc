#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

// Runtimes are this machine's own: what is said of their updates is kept and shown.
aws::Outcome<void> check_runtime_management(const api::lambda::PutRuntimeManagementConfigRequest& input) {
    const bool manual = input.update_runtime_on == "Manual";
    if (manual && !input.runtime_version_arn) {
        return std::unexpected(
            invalid_parameter("RuntimeVersionArn must be specified when UpdateRuntimeOn is set to Manual."));
    }
    if (!manual && input.runtime_version_arn) {
        return std::unexpected(invalid_parameter(fmt::format(
            "RuntimeVersionArn is not allowed when UpdateRuntimeOn is {}.", input.update_runtime_on)));
    }
    return {};
}

void put_runtime_management_config(Core& core, const aws::RequestContext& context,
                                   api::lambda::PutRuntimeManagementConfigRequest input,
                                   aws::Reply<api::lambda::PutRuntimeManagementConfig> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (auto checked = check_runtime_management(input); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    api::lambda::PutRuntimeManagementConfigResponse output{.update_runtime_on = input.update_runtime_on,
                                                           .function_arn = target->arn,
                                                           .runtime_version_arn = input.runtime_version_arn};
    core.records.runtime_management.put(
        target->record_key(),
        {.value = input.update_runtime_on, .detail = input.runtime_version_arn.value_or("")},
        [output = std::move(output), reply = std::move(reply)](Result<> result) mutable {
            if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
            reply(std::move(output));
        });
}

void get_runtime_management_config(Core& core, const aws::RequestContext& context,
                                   api::lambda::GetRuntimeManagementConfigRequest input,
                                   aws::Reply<api::lambda::GetRuntimeManagementConfig> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    api::lambda::GetRuntimeManagementConfigResponse output{.update_runtime_on = "Auto",
                                                           .function_arn = target->arn};
    if (const auto setting = core.records.runtime_management.find(target->record_key())) {
        output.update_runtime_on = setting->value;
        if (!setting->detail.empty()) output.runtime_version_arn = setting->detail;
    }
    reply(std::move(output));
}

void put_function_recursion_config(Core& core, const aws::RequestContext& context,
                                   api::lambda::PutFunctionRecursionConfigRequest input,
                                   aws::Reply<api::lambda::PutFunctionRecursionConfig> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    core.records.recursion.put(
        record_key(context.scope, (*function)->name, kLatestVersion), {.value = input.recursive_loop},
        [value = input.recursive_loop, reply = std::move(reply)](Result<> result) mutable {
            if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
            reply(api::lambda::PutFunctionRecursionConfigResponse{.recursive_loop = value});
        });
}

void get_function_recursion_config(Core& core, const aws::RequestContext& context,
                                   api::lambda::GetFunctionRecursionConfigRequest input,
                                   aws::Reply<api::lambda::GetFunctionRecursionConfig> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const auto setting =
        core.records.recursion.find(record_key(context.scope, (*function)->name, kLatestVersion));
    reply(api::lambda::GetFunctionRecursionConfigResponse{.recursive_loop =
                                                              setting ? setting->value : "Terminate"});
}

}  // namespace millrace::lambda
