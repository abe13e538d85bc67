#include <fmt/format.h>

#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

void get_function(Core& core, const aws::RequestContext& context, api::lambda::GetFunctionRequest input,
                  aws::Reply<api::lambda::GetFunction> reply) {
    auto function = find_function(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const Function& f = **function;
    // AWS gives a link for downloading; here the code lies on the same machine.
    api::lambda::FunctionCodeLocation location{
        .repository_type = f.code.kind == CodeReference::Kind::kLocal ? "Local" : "Millrace",
        .location = fmt::format("file://{}", core.code.location(f.code))};
    api::lambda::GetFunctionResponse output{.configuration = describe(f), .code = std::move(location)};
    if (!f.tags.empty()) output.tags = f.tags;
    reply(std::move(output));
}

void get_function_configuration(Core& core, const aws::RequestContext& context,
                                api::lambda::GetFunctionConfigurationRequest input,
                                aws::Reply<api::lambda::GetFunctionConfiguration> reply) {
    auto function = find_function(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!function) return reply(std::unexpected(std::move(function.error())));
    reply(describe(**function));
}

}  // namespace millrace::lambda
