#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/from_templates.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kNameCharactersMax = 64;

aws::Outcome<std::string> checked_name(const aws::Scope& scope, const std::string& reference) {
    aws::Outcome<FunctionReference> named = resolve_function_name(scope, reference);
    if (!named) return std::unexpected(std::move(named.error()));
    if (!named->qualifier.empty() && named->qualifier != kLatestVersion)
        return std::unexpected(invalid_parameter("A function is created without a qualifier."));
    const std::string& name = named->name;
    if (name.size() > kNameCharactersMax) {
        return std::unexpected(invalid_parameter(fmt::format(
            "1 validation error detected: Value '{}' at 'functionName' failed to satisfy constraint: "
            "Member must have length less than or equal to {}",
            name, kNameCharactersMax)));
    }
    return name;
}

/// Answers when the new function has its code signing configuration too.
aws::Reply<api::lambda::CreateFunction> with_code_signing(Core& core, const aws::Scope& scope,
                                                          const std::string& name, const std::string& arn,
                                                          aws::Reply<api::lambda::CreateFunction> reply) {
    return [&core, key = record_key(scope, name, kLatestVersion), arn,
            reply = std::move(reply)](aws::Outcome<api::lambda::FunctionConfiguration> created) mutable {
        if (!created) return reply(std::move(created));
        core.records.code_signing.put(
            key, {.value = arn},
            [created = std::move(created), reply = std::move(reply)](Result<> result) mutable {
                if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
                reply(std::move(created));
            });
    };
}

/// The function's, although the answer describes the version that was published with it.
aws::Reply<api::lambda::CreateFunction> with_own_arn(const aws::Scope& scope, const std::string& name,
                                                     aws::Reply<api::lambda::CreateFunction> reply) {
    return [arn = function_arn(scope, name),
            reply = std::move(reply)](aws::Outcome<api::lambda::FunctionConfiguration> created) mutable {
        if (created) created->function_arn = arn;
        reply(std::move(created));
    };
}

}  // namespace

void create_function(Core& core, const aws::RequestContext& context, api::lambda::CreateFunctionRequest input,
                     aws::Reply<api::lambda::CreateFunction> reply) {
    if (auto own = check_own_tags(input.tags.value_or(Tags())); !own)
        return reply(std::unexpected(std::move(own.error())));
    create_function_from_template(core, context, std::move(input), std::move(reply));
}

void create_function_from_template(Core& core, const aws::RequestContext& context,
                                   api::lambda::CreateFunctionRequest input,
                                   aws::Reply<api::lambda::CreateFunction> reply) {
    aws::Outcome<std::string> name = checked_name(context.scope, input.function_name);
    if (!name) return reply(std::unexpected(std::move(name.error())));
    const std::string code_signing = input.code_signing_config_arn.value_or("");
    if (!code_signing.empty()) {
        if (auto checked = check_code_signing(core, context.scope, code_signing); !checked)
            return reply(std::unexpected(std::move(checked.error())));
        reply = with_code_signing(core, context.scope, *name, code_signing, std::move(reply));
    }
    CodeSource source = code_source(input.code);
    const bool publish = input.publish.value_or(false);
    if (publish) reply = with_own_arn(context.scope, *name, std::move(reply));
    aws::Outcome<Function> made = make_function(core, context.scope, *name, std::move(input));
    if (!made) return reply(std::unexpected(std::move(made.error())));
    if (core.functions.find(context.scope, *name) || core.functions.is_changing(context.scope, *name)) {
        return reply(std::unexpected(resource_conflict(fmt::format("Function already exist: {}", *name))));
    }
    core.functions.change_begins(context.scope, *name);
    take_code(core, context.scope, std::move(source),
              [&core, publish, function = std::move(*made),
               reply = std::move(reply)](aws::Outcome<CodeReference> code) mutable {
                  if (!code) {
                      core.functions.change_ended(function.scope, function.name);
                      return reply(std::unexpected(std::move(code.error())));
                  }
                  function.code = std::move(*code);
                  store_changed(core, std::move(function), std::move(reply), publish);
              });
}

}  // namespace millrace::lambda
