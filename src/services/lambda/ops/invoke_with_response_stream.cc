#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/invoke_checks.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/response_events.h"

namespace millrace::lambda {

namespace {

void answer_dry_run(const std::string& version, aws::StreamReply reply) {
    auto [writer, reader] = http::StreamWriter::make({});
    writer.finish();
    http::Headers headers;
    headers.add("X-Amz-Executed-Version", version);
    reply(aws::StreamAnswer(std::move(reader), std::move(headers), 204));
}

}  // namespace

void invoke_with_response_stream(Core& core, const aws::RequestContext& context,
                                 api::lambda::InvokeWithResponseStreamRequest input, aws::StreamReply reply) {
    auto target = find_invoked(core, context.scope, input.function_name, input.qualifier.value_or(""));
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (input.tenant_id) return reply(std::unexpected(not_offered("TenantId")));
    auto client_context = check_invocation(input.payload, input.client_context, {});
    if (!client_context) return reply(std::unexpected(std::move(client_context.error())));
    const FunctionReference& named = target->reference;
    const FunctionPtr function =
        core.functions.route(context.scope, named.name, named.qualifier, core.random.next());
    if (input.invocation_type == "DryRun") return answer_dry_run(function->version, std::move(reply));
    const auto events = std::make_shared<ResponseEvents>(function->version, std::move(reply));
    std::string payload = std::move(input.payload).value_or("");
    core.invoker.invoke(function,
                        {.request_id = context.request_id,
                         .payload = payload.empty() ? "{}" : std::move(payload),
                         .client_context = std::move(*client_context),
                         .invoked_arn = target->arn,
                         .trace = context.trace_header,
                         .want_log_tail = input.log_type == "Tail",
                         .stream = events,
                         .done = [events](InvokeResult result) { events->complete(std::move(result)); }});
}

}  // namespace millrace::lambda
