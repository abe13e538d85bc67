#include <algorithm>
#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPageMax = 50;
constexpr std::size_t kIdCharacters = 17;

std::string gone_words(const std::string& arn) {
    return fmt::format("The Lambda code signing configuration {} can not be found.", arn);
}

api::lambda::CodeSigningConfig describe(const CodeSigningConfig& config) {
    api::lambda::CodeSigningConfig c;
    c.code_signing_config_id = config.id;
    c.code_signing_config_arn = config.arn();
    c.description = config.description;
    c.allowed_publishers.signing_profile_version_arns = config.publishers;
    c.code_signing_policies.untrusted_artifact_on_deployment = config.untrusted;
    c.last_modified = lambda_time(config.last_modified);
    return c;
}

std::string policy_of(const std::optional<api::lambda::CodeSigningPolicies>& policies,
                      const std::string& otherwise) {
    return policies ? policies->untrusted_artifact_on_deployment.value_or(otherwise) : otherwise;
}

// Newest, for changes; nullptr when it is not of the caller's scope.
CodeSigningConfigs::Pointer find(const Core& core, const aws::Scope& scope, const std::string& arn) {
    auto config = core.code_signing.newest(arn);
    return config && config->scope == scope ? config : nullptr;
}

std::vector<std::string> users_of(const Core& core, const aws::Scope& scope, const std::string& arn) {
    std::vector<std::string> users;
    for (const FunctionPtr& function : core.functions.list(scope)) {
        const auto used = core.records.code_signing.newest(record_key(scope, function->name, kLatestVersion));
        if (used && used->value == arn) users.push_back(function->arn());
    }
    return users;
}

template <class Output>
void store(Core& core, CodeSigningConfig config, auto reply) {
    config.last_modified = core.clock.now();
    Output output{.code_signing_config = describe(config)};
    const std::string arn = config.arn();
    core.code_signing.put(arn, std::move(config),
                          [output = std::move(output), reply = std::move(reply)](Result<> result) mutable {
                              if (!result)
                                  return reply(std::unexpected(aws::to_service_error(result.error())));
                              reply(std::move(output));
                          });
}

}  // namespace

void create_code_signing_config(Core& core, const aws::RequestContext& context,
                                api::lambda::CreateCodeSigningConfigRequest input,
                                aws::Reply<api::lambda::CreateCodeSigningConfig> reply) {
    if (input.tags && !input.tags->empty())
        return reply(std::unexpected(not_offered("Tags of a code signing configuration")));
    std::string digits = make_uuid(core.random);
    std::erase(digits, '-');
    CodeSigningConfig config{.scope = context.scope,
                             .id = "csc-" + digits.substr(0, kIdCharacters),
                             .description = std::move(input.description).value_or(""),
                             .publishers = std::move(input.allowed_publishers.signing_profile_version_arns)};
    config.untrusted = policy_of(input.code_signing_policies, config.untrusted);
    store<api::lambda::CreateCodeSigningConfigResponse>(core, std::move(config), std::move(reply));
}

void get_code_signing_config(Core& core, const aws::RequestContext& context,
                             api::lambda::GetCodeSigningConfigRequest input,
                             aws::Reply<api::lambda::GetCodeSigningConfig> reply) {
    const auto config = core.code_signing.find(input.code_signing_config_arn);
    if (!config || config->scope != context.scope)
        return reply(std::unexpected(resource_not_found(gone_words(input.code_signing_config_arn))));
    reply(api::lambda::GetCodeSigningConfigResponse{.code_signing_config = describe(*config)});
}

void update_code_signing_config(Core& core, const aws::RequestContext& context,
                                api::lambda::UpdateCodeSigningConfigRequest input,
                                aws::Reply<api::lambda::UpdateCodeSigningConfig> reply) {
    const auto before = find(core, context.scope, input.code_signing_config_arn);
    if (!before) return reply(std::unexpected(resource_not_found(gone_words(input.code_signing_config_arn))));
    CodeSigningConfig config = *before;
    if (input.description) config.description = std::move(*input.description);
    if (input.allowed_publishers)
        config.publishers = std::move(input.allowed_publishers->signing_profile_version_arns);
    config.untrusted = policy_of(input.code_signing_policies, config.untrusted);
    store<api::lambda::UpdateCodeSigningConfigResponse>(core, std::move(config), std::move(reply));
}

void delete_code_signing_config(Core& core, const aws::RequestContext& context,
                                api::lambda::DeleteCodeSigningConfigRequest input,
                                aws::Reply<api::lambda::DeleteCodeSigningConfig> reply) {
    const std::string& arn = input.code_signing_config_arn;
    if (!find(core, context.scope, arn)) return reply(std::unexpected(resource_not_found(gone_words(arn))));
    if (const auto users = users_of(core, context.scope, arn); !users.empty()) {
        return reply(std::unexpected(resource_conflict(
            fmt::format("The code signing configuration {} is used by {}.", arn, fmt::join(users, ", ")))));
    }
    core.code_signing.erase(arn, [reply = std::move(reply)](Result<> result) mutable {
        if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
        reply(api::lambda::DeleteCodeSigningConfigResponse());
    });
}

void list_code_signing_configs(Core& core, const aws::RequestContext& context,
                               api::lambda::ListCodeSigningConfigsRequest input,
                               aws::Reply<api::lambda::ListCodeSigningConfigs> reply) {
    std::vector<api::lambda::CodeSigningConfig> all;
    for (const auto& [arn, config] : core.code_signing.list()) {
        if (config->scope == context.scope) all.push_back(describe(*config));
    }
    auto page =
        page_of(std::move(all), input.marker, input.max_items, kPageMax,
                [](const api::lambda::CodeSigningConfig& config) { return config.code_signing_config_arn; });
    reply(api::lambda::ListCodeSigningConfigsResponse{.next_marker = std::move(page.next_marker),
                                                      .code_signing_configs = std::move(page.items)});
}

void list_functions_by_code_signing_config(Core& core, const aws::RequestContext& context,
                                           api::lambda::ListFunctionsByCodeSigningConfigRequest input,
                                           aws::Reply<api::lambda::ListFunctionsByCodeSigningConfig> reply) {
    const std::string& arn = input.code_signing_config_arn;
    if (!find(core, context.scope, arn)) return reply(std::unexpected(resource_not_found(gone_words(arn))));
    auto page = page_of(users_of(core, context.scope, arn), input.marker, input.max_items, kPageMax,
                        [](const std::string& function) { return function; });
    reply(api::lambda::ListFunctionsByCodeSigningConfigResponse{.next_marker = std::move(page.next_marker),
                                                                .function_arns = std::move(page.items)});
}

}  // namespace millrace::lambda
