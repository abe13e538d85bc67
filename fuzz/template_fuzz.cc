// Whatever the template, it is refused with words or can be planned; what it evaluates to is bounded.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "services/cloudformation/template/capabilities.h"
#include "services/cloudformation/template/plan.h"
#include "services/cloudformation/template/test_types.h"
#include "services/cloudformation/template/validate.h"

namespace {

using namespace millrace::cloudformation;

void use(const Template& parsed, const ResourceTypes& types) {
    ParameterValues given;
    for (const ParameterDeclaration& parameter : parsed.parameters) {
        if (!parameter.default_value)
            given[parameter.name] = parameter.allowed_values.empty() ? "1" : parameter.allowed_values[0];
    }
    const auto parameters = resolve_parameters(parsed, given);
    if (!parameters) return MILLRACE_ASSERT(!parameters.error().message.empty());
    const auto environment = make_environment(
        parsed, *parameters, {"000000000000", "us-east-1", "fuzz", "arn:aws:cloudformation", {}});
    if (!environment) return MILLRACE_ASSERT(!environment.error().message.empty());
    const auto plan = make_plan(*environment, {}, types);
    if (!plan) return MILLRACE_ASSERT(!plan.error().message.empty());
    MILLRACE_ASSERT(plan->changes.size() <= parsed.resources.size());
    for (const Output& output : plan->outputs) MILLRACE_ASSERT(output.value.size() <= kEvaluatedBytesMax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ResourceTypes kTypes = pipeline_types();
    if (size > kTemplateBodyBytesMax) return 0;
    const auto parsed = parse_template({reinterpret_cast<const char*>(data), size});
    if (!parsed) {
        MILLRACE_ASSERT(!parsed.error().message.empty());
        return 0;
    }
    static_cast<void>(required_capabilities(*parsed));
    if (const auto valid = validate_template(*parsed, kTypes); !valid) {
        MILLRACE_ASSERT(!valid.error().message.empty());
        return 0;
    }
    use(*parsed, kTypes);
    return 0;
}
