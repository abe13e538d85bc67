#include <fmt/format.h>

#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

std::string key_of(const Function& function) {
    return record_key(function.scope, function.name, kLatestVersion);
}

}  // namespace

aws::Outcome<void> check_code_signing(const Core& core, const aws::Scope& scope, const std::string& arn) {
    const auto config = core.code_signing.newest(arn);
    if (config && config->scope == scope) return {};
    return std::unexpected(api::lambda::code_signing_config_not_found_exception(
        fmt::format("The code signing configuration cannot be found. Check that the provided configuration "
                    "is not deleted: {}.",
                    arn)));
}

void put_function_code_signing_config(Core& core, const aws::RequestContext& context,
                                      api::lambda::PutFunctionCodeSigningConfigRequest input,
                                      aws::Reply<api::lambda::PutFunctionCodeSigningConfig> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const std::string& arn = input.code_signing_config_arn;
    if (auto checked = check_code_signing(core, context.scope, arn); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    api::lambda::PutFunctionCodeSigningConfigResponse output{.code_signing_config_arn = arn,
                                                             .function_name = (*function)->name};
    core.records.code_signing.put(
        key_of(**function), {.value = arn},
        [output = std::move(output), reply = std::move(reply)](Result<> result) mutable {
            if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
            reply(std::move(output));
        });
}

void get_function_code_signing_config(Core& core, const aws::RequestContext& context,
                                      api::lambda::GetFunctionCodeSigningConfigRequest input,
                                      aws::Reply<api::lambda::GetFunctionCodeSigningConfig> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const auto used = core.records.code_signing.find(key_of(**function));
    if (!used) return reply(api::lambda::GetFunctionCodeSigningConfigResponse{});
    reply(api::lambda::GetFunctionCodeSigningConfigResponse{.code_signing_config_arn = used->value,
                                                            .function_name = (*function)->name});
}

void delete_function_code_signing_config(Core& core, const aws::RequestContext& context,
                                         api::lambda::DeleteFunctionCodeSigningConfigRequest input,
                                         aws::Reply<api::lambda::DeleteFunctionCodeSigningConfig> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    core.records.code_signing.erase(key_of(**function), [reply = std::move(reply)](Result<> result) mutable {
        if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
        reply(aws::Nothing{});
    });
}

}  // namespace millrace::lambda
