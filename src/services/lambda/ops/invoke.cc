#include "codec/base64.h"
#include "services/lambda/asynchronous/event_port.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/invoke_checks.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

aws::Outcome<api::lambda::InvocationResponse> to_response(InvokeResult result) {
    if (result.refused) return std::unexpected(std::move(*result.refused));
    api::lambda::InvocationResponse output{.status_code = 200};
    if (result.function_error) output.function_error = "Unhandled";
    if (!result.log_tail.empty()) output.log_result = codec::base64_encode(result.log_tail);
    output.payload = std::move(result.payload);
    output.executed_version = std::move(result.executed_version);
    return output;
}

}  // namespace

void invoke(Core& core, const aws::RequestContext& context, api::lambda::InvocationRequest input,
            aws::Reply<api::lambda::Invoke> reply) {
    auto target = find_invoked(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (input.durable_execution_name) return reply(std::unexpected(not_offered("DurableExecutionName")));
    if (input.tenant_id) return reply(std::unexpected(not_offered("TenantId")));
    auto client_context =
        check_invocation(input.payload, input.client_context, input.invocation_type.value_or(""));
    if (!client_context) return reply(std::unexpected(std::move(client_context.error())));

    const std::string type = input.invocation_type.value_or("RequestResponse");
    std::string payload = std::move(input.payload).value_or("");
    if (payload.empty()) payload = "{}";
    const FunctionReference& named = target->reference;
    if (type == "DryRun") {
        reply(api::lambda::InvocationResponse{.status_code = 204});
    } else if (type == "Event") {
        accept_event(core,
                     {.scope = context.scope,
                      .function = named.name,
                      .qualifier = named.qualifier,
                      .request_id = context.request_id,
                      .client_context = std::move(*client_context),
                      .accepted = core.clock.now(),
                      .payload = std::move(payload),
                      .trace = context.trace_header},
                     [reply = std::move(reply)](aws::Outcome<void> accepted) mutable {
                         if (!accepted) return reply(std::unexpected(std::move(accepted.error())));
                         reply(api::lambda::InvocationResponse{.status_code = 202});
                     });
    } else {
        const FunctionPtr function =
            core.functions.route(context.scope, named.name, named.qualifier, core.random.next());
        core.invoker.invoke(function, {.request_id = context.request_id,
                                       .payload = std::move(payload),
                                       .client_context = std::move(*client_context),
                                       .invoked_arn = target->arn,
                                       .trace = context.trace_header,
                                       .want_log_tail = input.log_type == "Tail",
                                       .done = [reply = std::move(reply)](InvokeResult result) mutable {
                                           reply(to_response(std::move(result)));
                                       }});
    }
}

}  // namespace millrace::lambda
