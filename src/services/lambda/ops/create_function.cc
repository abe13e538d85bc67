#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kNameCharactersMax = 64;

aws::Outcome<std::string> checked_name(const aws::Scope& scope, const std::string& reference) {
    aws::Outcome<std::string> name = resolve_function_name(scope, reference);
    if (name && name->size() > kNameCharactersMax) {
        return std::unexpected(invalid_parameter(fmt::format(
            "1 validation error detected: Value '{}' at 'functionName' failed to satisfy constraint: "
            "Member must have length less than or equal to {}",
            *name, kNameCharactersMax)));
    }
    return name;
}

aws::Outcome<void> check(const api::lambda::CreateFunctionRequest& input) {
    if (auto unoffered = find_unoffered(input)) return std::unexpected(std::move(*unoffered));
    if (!input.runtime || !input.handler) {
        return std::unexpected(invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."));
    }
    if (aws::Outcome<void> runtime = check_runtime(*input.runtime); !runtime) return runtime;
    if (input.environment && input.environment->variables)
        return check_environment(*input.environment->variables);
    return {};
}

Function make_function(const aws::Scope& scope, std::string name, api::lambda::CreateFunctionRequest input) {
    Function function{.scope = scope, .name = std::move(name)};
    function.runtime = std::move(*input.runtime);
    function.handler = std::move(*input.handler);
    function.role = std::move(input.role);
    function.description = input.description.value_or("");
    function.timeout_seconds = input.timeout.value_or(function.timeout_seconds);
    function.memory_mb = input.memory_size.value_or(function.memory_mb);
    if (input.ephemeral_storage) function.ephemeral_storage_mb = input.ephemeral_storage->size;
    if (input.environment && input.environment->variables)
        function.environment = *input.environment->variables;
    if (input.tags) function.tags = std::move(*input.tags);
    if (input.architectures && !input.architectures->empty()) function.architectures = *input.architectures;
    function.log_group = input.logging_config && input.logging_config->log_group
                             ? *input.logging_config->log_group
                             : fmt::format("/aws/lambda/{}", function.name);
    return function;
}

}  // namespace

void create_function(Core& core, const aws::RequestContext& context, api::lambda::CreateFunctionRequest input,
                     aws::Reply<api::lambda::CreateFunction> reply) {
    aws::Outcome<std::string> name = checked_name(context.scope, input.function_name);
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (aws::Outcome<void> checked = check(input); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    if (core.functions.find(context.scope, *name) || core.functions.is_changing(context.scope, *name)) {
        return reply(std::unexpected(resource_conflict(fmt::format("Function already exist: {}", *name))));
    }
    core.functions.change_begins(context.scope, *name);
    CodeSource source{.zip_file = std::move(input.code.zip_file),
                      .s3_bucket = std::move(input.code.s3_bucket),
                      .s3_key = std::move(input.code.s3_key),
                      .image_uri = std::move(input.code.image_uri)};
    Function function = make_function(context.scope, std::move(*name), std::move(input));
    take_code(core, std::move(source),
              [&core, function = std::move(function),
               reply = std::move(reply)](aws::Outcome<CodeReference> code) mutable {
                  if (!code) {
                      core.functions.change_ended(function.scope, function.name);
                      return reply(std::unexpected(std::move(code.error())));
                  }
                  function.code = std::move(*code);
                  store_changed(core, std::move(function), std::move(reply));
              });
}

}  // namespace millrace::lambda
