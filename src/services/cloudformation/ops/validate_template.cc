#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/submission.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::ValidateTemplateOutput> validate_template(
    const Stacks& stacks, const aws::RequestContext&,
    const api::cloudformation::ValidateTemplateInput& input) {
    auto body = require_template(input.template_body, input.template_url);
    if (!body) return std::unexpected(body.error());
    auto parsed = parse_template(*body);
    if (!parsed) return std::unexpected(template_service_error(parsed.error()));
    if (auto valid = validate_template(*parsed, stacks.types()); !valid) {
        return std::unexpected(template_service_error(valid.error()));
    }
    api::cloudformation::ValidateTemplateOutput output;
    output.parameters.emplace();
    for (const ParameterDeclaration& declared : parsed->parameters) {
        output.parameters->push_back({.parameter_key = declared.name,
                                      .default_value = declared.default_value,
                                      .no_echo = declared.no_echo,
                                      .description = unless_empty(declared.description)});
    }
    output.description = unless_empty(parsed->description);
    describe_capabilities(*parsed, output);
    return output;
}

}  // namespace millrace::cloudformation
