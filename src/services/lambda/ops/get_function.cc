#include "services/lambda/code/package_link.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

api::lambda::FunctionConfiguration describe_as_named(const Core& core, const Target& target) {
    api::lambda::FunctionConfiguration configuration = describe(*target.function);
    configuration.function_arn = target.arn;
    const auto chosen = core.records.runtime_management.find(target.record_key());
    if (chosen && !chosen->detail.empty())
        configuration.runtime_version_config->runtime_version_arn = chosen->detail;
    return configuration;
}

}  // namespace

void get_function(Core& core, const aws::RequestContext& context, api::lambda::GetFunctionRequest input,
                  aws::Reply<api::lambda::GetFunction> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const Function& f = *target->function;
    api::lambda::FunctionCodeLocation location{
        .repository_type = f.code.kind == CodeReference::Kind::kLocal ? "Local" : "S3",
        .location = code_link(f.code, context.base_url)};
    api::lambda::GetFunctionResponse output{.configuration = describe_as_named(core, *target),
                                            .code = std::move(location)};
    // Versions have no tags of their own.
    const FunctionPtr latest = core.functions.find(f.scope, f.name);
    if (latest && !latest->tags.empty()) output.tags = latest->tags;
    if (const auto reserved = core.records.reserved.find(record_key(f.scope, f.name, kLatestVersion))) {
        output.concurrency = api::lambda::Concurrency{.reserved_concurrent_executions =
                                                          static_cast<std::int32_t>(reserved->executions)};
    }
    reply(std::move(output));
}

void get_function_configuration(Core& core, const aws::RequestContext& context,
                                api::lambda::GetFunctionConfigurationRequest input,
                                aws::Reply<api::lambda::GetFunctionConfiguration> reply) {
    auto target = find_target(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    reply(describe_as_named(core, *target));
}

}  // namespace millrace::lambda
