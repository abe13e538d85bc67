#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codec/json.h"
#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/submission.h"

namespace millrace::cloudformation {

namespace {

aws::Outcome<std::string> body_of(const Stacks& stacks, const aws::Scope& scope,
                                  const api::cloudformation::GetTemplateSummaryInput& input) {
    if (input.stack_set_name) return std::unexpected(not_offered("StackSetName"));
    if (!input.stack_name) return require_template(input.template_body);
    if (input.template_body || input.template_url) {
        return std::unexpected(validation_error("Only one of StackName and a template may be specified."));
    }
    auto stack = stacks.require(scope, *input.stack_name);
    if (!stack) return std::unexpected(stack.error());
    if ((*stack)->header.status == StackStatus::kReviewInProgress) {
        return std::unexpected(
            validation_error("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."));
    }
    return (*stack)->header.blueprint.template_body;
}

api::cloudformation::ParameterDeclaration describe(const ParameterDeclaration& declared) {
    api::cloudformation::ParameterDeclaration shown;
    shown.parameter_key = declared.name;
    shown.default_value = declared.default_value;
    shown.parameter_type = declared.type_name;
    shown.no_echo = declared.no_echo;
    shown.description = unless_empty(declared.description);
    shown.parameter_constraints.emplace();
    if (!declared.allowed_values.empty())
        shown.parameter_constraints->allowed_values = declared.allowed_values;
    return shown;
}

/// Unknown types are an error, unless the request wants them as warnings, or they may never be made.
aws::Outcome<void> read_types(const Stacks& stacks, const TemplateSource& source, bool as_warnings,
                              api::cloudformation::GetTemplateSummaryOutput& output) {
    const bool serverless = std::ranges::find(source.transforms, kServerless) != source.transforms.end();
    output.resource_types.emplace();
    std::vector<std::string> unknown;
    std::vector<std::string> refused;
    for (const auto& [type, without_condition] : declared_types(source)) {
        output.resource_types->push_back(type);
        const bool made = serverless && type.starts_with("AWS::Serverless::");
        if (made || stacks.types().is_offered(type)) continue;
        unknown.push_back(type);
        if (without_condition) refused.push_back(type);
    }
    if (!refused.empty() && !as_warnings && !stacks.types().allows_unknown()) {
        return std::unexpected(validation_error(fmt::format(
            "Template format error: Unrecognized resource types: [{}]", fmt::join(refused, ", "))));
    }
    if (!unknown.empty()) output.warnings = {.unrecognized_resource_types = std::move(unknown)};
    return {};
}

}  // namespace

aws::Outcome<api::cloudformation::GetTemplateSummaryOutput> get_template_summary(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetTemplateSummaryInput& input) {
    auto body = body_of(stacks, context.scope, input);
    if (!body) return std::unexpected(body.error());
    auto source = read_source(stacks, *body);
    if (!source) return std::unexpected(source.error());

    api::cloudformation::GetTemplateSummaryOutput output;
    const bool as_warnings =
        input.template_summary_config &&
        input.template_summary_config->treat_unrecognized_resource_types_as_warnings.value_or(false);
    if (auto read = read_types(stacks, *source, as_warnings, output); !read)
        return std::unexpected(read.error());
    output.parameters.emplace();
    for (const ParameterDeclaration& declared : source->parameters)
        output.parameters->push_back(describe(declared));
    output.description = unless_empty(source->description);
    output.version = unless_empty(source->version);
    if (!source->metadata.is_null()) output.metadata = codec::to_json(source->metadata);
    if (!source->transforms.empty()) {
        output.declared_transforms = source->transforms;
        describe_capabilities(required_capabilities(*source), output);
        return output;
    }
    auto parsed = read_template(*source);
    if (!parsed) return std::unexpected(template_service_error(parsed.error()));
    describe_capabilities(required_capabilities(*parsed), output);
    return output;
}

}  // namespace millrace::cloudformation
