// Whatever the template, it is refused with words or can be planned; what it evaluates to is bounded.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/json.h"
#include "services/cloudformation/template/capabilities.h"
#include "services/cloudformation/template/plan.h"
#include "services/cloudformation/template/rules.h"
#include "services/cloudformation/template/stack_output.h"
#include "services/cloudformation/template/test_types.h"
#include "services/cloudformation/template/transform.h"
#include "services/cloudformation/template/validate.h"

namespace {

using namespace millrace::cloudformation;
using millrace::Result;

const PseudoParameters kPseudo{"000000000000", "us-east-1", "fuzz", "arn:aws:cloudformation"};

Result<ParameterValues> parameters_for(const TemplateSource& source) {
    ParameterValues given;
    for (const ParameterDeclaration& parameter : source.parameters) {
        if (!parameter.default_value)
            given[parameter.name] = parameter.allowed_values.empty() ? "1" : parameter.allowed_values[0];
    }
    return resolve_parameters(source.parameters, given);
}

/// An error, or nothing: what is refused is refused with words.
template <class T>
bool good(const Result<T>& result) {
    MILLRACE_ASSERT(result || !result.error().message.empty());
    return result.has_value();
}

/// As a request does it: what is missing is noted, looked up, and all is evaluated again.
void use_external(Environment& environment, const ResourceTypes& types) {
    std::set<std::string> imported;
    ExternalKeys unresolved;
    environment.exports.clear();
    environment.imported = &imported;
    environment.unresolved = &unresolved;
    if (!good(make_plan(environment, {}, types))) return;
    environment.unresolved = nullptr;
    for (const std::string& key : unresolved) {
        if (!key.starts_with(kParameterKey)) static_cast<void>(read_stack_output(key));
        environment.external.emplace(key, "{{resolve:ssm:value}}");
    }
    static_cast<void>(good(make_plan(environment, {}, types)));
}

void use(const Template& parsed, const ParameterValues& parameters, const ResourceTypes& types) {
    auto environment = make_environment(parsed, parameters, kPseudo);
    if (!good(environment)) return;
    static_cast<void>(good(assert_rules(*environment)));
    environment->exports = {{"shared", "value"}};
    const auto plan = make_plan(*environment, {}, types);
    use_external(*environment, types);
    if (!good(plan)) return;
    MILLRACE_ASSERT(plan->changes.size() <= parsed.resources.size());
    for (const Output& output : plan->outputs) MILLRACE_ASSERT(output.value.size() <= kEvaluatedBytesMax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ResourceTypes kTypes = pipeline_types();
    if (size > kTemplateBodyBytesMax) return 0;
    auto source = parse_source({reinterpret_cast<const char*>(data), size});
    if (!good(source)) return 0;
    static_cast<void>(required_capabilities(*source));
    static_cast<void>(declared_types(*source));
    const auto parameters = parameters_for(*source);
    if (!good(parameters)) return 0;
    const auto made = apply_transforms(std::move(*source), *parameters, kPseudo);
    if (!good(made)) return 0;
    const std::string body = millrace::codec::to_json(made->root);
    // What a transform makes is a template that can be read again.
    const auto parsed = read_template(*made);
    if (!good(parsed) || !good(validate_template(*parsed, kTypes))) return 0;
    static_cast<void>(required_capabilities(*parsed));
    if (const auto again = parse_template(body))
        MILLRACE_ASSERT(again->resources.size() == parsed->resources.size());
    use(*parsed, *parameters, kTypes);
    return 0;
}
