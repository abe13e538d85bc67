#include "services/lambda/errors.h"
#include "services/lambda/ops/function_references.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/logging_config.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

aws::Outcome<void> check(const Core& core, const Function& function,
                         const api::lambda::UpdateFunctionConfigurationRequest& input) {
    if (auto unoffered = find_unoffered(input)) return std::unexpected(std::move(*unoffered));
    if (input.runtime) {
        if (auto runtime = check_runtime(*input.runtime); !runtime) return runtime;
    }
    if (auto memory = check_memory(input.memory_size.value_or(0)); !memory) return memory;
    if (input.environment && input.environment->variables) {
        if (auto variables = check_environment(*input.environment->variables); !variables) return variables;
    }
    if (input.revision_id && *input.revision_id != function.revision_id)
        return std::unexpected(stale_revision());
    return check_no_change_in_progress(core, function);
}

template <class T>
void replace(T& value, std::optional<T>&& given) {
    if (given) value = std::move(*given);
}

Function changed(Function function, api::lambda::UpdateFunctionConfigurationRequest input) {
    replace(function.role, std::move(input.role));
    replace(function.handler, std::move(input.handler));
    replace(function.description, std::move(input.description));
    replace(function.runtime, std::move(input.runtime));
    replace(function.timeout_seconds, std::move(input.timeout));
    replace(function.memory_mb, std::move(input.memory_size));
    if (input.environment && input.environment->variables) {
        function.environment = *input.environment->variables;
        function.shows_environment = true;
    }
    if (input.tracing_config && input.tracing_config->mode)
        function.traced = input.tracing_config->mode == "Active";
    if (input.ephemeral_storage) function.ephemeral_storage_mb = input.ephemeral_storage->size;
    return function;
}

}  // namespace

void update_function_configuration(Core& core, const aws::RequestContext& context,
                                   api::lambda::UpdateFunctionConfigurationRequest input,
                                   aws::Reply<api::lambda::UpdateFunctionConfiguration> reply) {
    auto found = find_function(core, context.scope, input.function_name);
    if (!found) return reply(std::unexpected(std::move(found.error())));
    const FunctionPtr before = std::move(*found);
    if (auto checked = check(core, *before, input); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    Function function = *before;
    if (auto applied = apply_references(core, function, input.dead_letter_config, input.layers); !applied)
        return reply(std::unexpected(std::move(applied.error())));
    if (input.logging_config) {
        if (auto applied = apply_logging(function, *input.logging_config); !applied)
            return reply(std::unexpected(std::move(applied.error())));
    }
    core.functions.change_begins(before->scope, before->name);
    store_changed(core, changed(std::move(function), std::move(input)), std::move(reply));
}

}  // namespace millrace::lambda
