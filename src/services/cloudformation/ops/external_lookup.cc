#include "services/cloudformation/ops/external_lookup.h"

#include <algorithm>
#include <fmt/format.h>

#include "services/cloudformation/template/dynamic_references.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/stack_output.h"

namespace millrace::cloudformation {

namespace {

Result<std::string> output_of(const Stacks& stacks, const StackHeader& header, const StackOutput& wanted) {
    aws::Scope scope = header.scope;
    if (!wanted.region.empty()) scope.region = wanted.region;
    if (!wanted.role_arn.empty()) scope.account = wanted.account();
    const Stack* stack = stacks.find(scope, wanted.stack);
    const bool gone = stack == nullptr || stack->header.status == StackStatus::kDeleteComplete;
    if (gone || stack->header.id == header.id) {
        return template_error(
            fmt::format("Fn::GetStackOutput: there is no other stack {} in region {} of account {}",
                        wanted.stack, scope.region, scope.account));
    }
    const auto& outputs = stack->header.outputs;
    const auto output = std::ranges::find(outputs, wanted.output, &Output::name);
    if (output != outputs.end()) return output->value;
    return template_error(
        fmt::format("Fn::GetStackOutput: stack {} has no output {}", wanted.stack, wanted.output));
}

}  // namespace

Result<ExternalValues> look_up_external(const Stacks& stacks, const StackHeader& header,
                                        const ExternalKeys& keys) {
    ExternalValues values;
    ExternalKeys missing;
    for (const std::string& key : keys) {
        if (key.starts_with(kParameterKey)) {
            auto stored = stacks.stored_parameters().find(header.scope, key.substr(kParameterKey.size()));
            if (stored)
                values.emplace(key, std::move(stored->value));
            else
                missing.insert(key);
            continue;
        }
        auto value = output_of(stacks, header, read_stack_output(key));
        if (!value) return std::unexpected(value.error());
        values.emplace(key, std::move(*value));
    }
    if (!missing.empty()) return template_error(no_parameters(missing));
    return values;
}

}  // namespace millrace::cloudformation
