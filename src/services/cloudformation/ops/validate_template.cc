#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/submission.h"
#include "services/cloudformation/template/transform.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {

namespace {

/// What transforms make of a template depends on its parameters: only a template without them can be looked
/// into.
Result<RequiredCapabilities> look_into(const Stacks& stacks, TemplateSource source) {
    if (!source.transforms.empty()) return required_capabilities(source);
    auto plain = apply_transforms(std::move(source), {}, {});
    if (!plain) return std::unexpected(plain.error());
    auto parsed = read_template(*plain);
    if (!parsed) return std::unexpected(parsed.error());
    if (auto valid = validate_template(*parsed, stacks.types()); !valid)
        return std::unexpected(valid.error());
    return required_capabilities(*parsed);
}

}  // namespace

aws::Outcome<api::cloudformation::ValidateTemplateOutput> validate_template(
    const Stacks& stacks, const aws::RequestContext&,
    const api::cloudformation::ValidateTemplateInput& input) {
    auto body = require_template(input.template_body);
    if (!body) return std::unexpected(body.error());
    auto source = read_source(stacks, *body);
    if (!source) return std::unexpected(source.error());
    api::cloudformation::ValidateTemplateOutput output;
    output.parameters.emplace();
    for (const ParameterDeclaration& declared : source->parameters) {
        output.parameters->push_back({.parameter_key = declared.name,
                                      .default_value = declared.default_value,
                                      .no_echo = declared.no_echo,
                                      .description = unless_empty(declared.description)});
    }
    output.description = unless_empty(source->description);
    if (!source->transforms.empty()) output.declared_transforms = source->transforms;
    auto required = look_into(stacks, std::move(*source));
    if (!required) return std::unexpected(template_service_error(required.error()));
    describe_capabilities(std::move(*required), output);
    return output;
}

}  // namespace millrace::cloudformation
