#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

void delete_function(Core& core, const aws::RequestContext& context, api::lambda::DeleteFunctionRequest input,
                     aws::Reply<api::lambda::DeleteFunction> reply) {
    auto found = find_function(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!found) return reply(std::unexpected(std::move(found.error())));
    const FunctionPtr function = std::move(*found);
    if (auto free = check_no_change_in_progress(core, *function); !free) {
        return reply(std::unexpected(std::move(free.error())));
    }
    core.functions.change_begins(function->scope, function->name);
    core.functions.remove(function->scope, function->name,
                          [&core, function, reply = std::move(reply)](Result<> result) mutable {
                              core.functions.change_ended(function->scope, function->name);
                              if (!result)
                                  return reply(std::unexpected(aws::to_service_error(result.error())));
                              core.invoker.function_deleted(*function);
                              reply(api::lambda::DeleteFunctionResponse{.status_code = 204});
                          });
}

}  // namespace millrace::lambda
