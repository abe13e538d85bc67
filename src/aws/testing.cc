#include "aws/testing.h"

#include "aws/model/nothing.h"
#include "aws/model/validate.h"
#include "aws/protocol/json.h"
#include "aws/protocol/json_error.h"

namespace millrace::aws::testing {

namespace {

/// The decoded and validated input, an empty instance where the operation takes none.
Outcome<Instance> decode(const OperationModel& model, std::string_view json) {
    if (model.input == nullptr) return Instance(nullptr, InstanceDelete{});
    Instance input = make_instance(*model.input);
    Violations violations;
    if (auto decoded =
            decode_json(std::string(json), *model.input, input.get(), violations, JsonMembers::kAll);
        !decoded) {
        return std::unexpected(std::move(decoded.error()));
    }
    validate(*model.service, *model.input, input.get(), violations);
    if (!violations.empty()) return std::unexpected(violations.to_error(*model.service));
    return input;
}

Answer failed(const OperationModel& model, const ServiceError& error) {
    return {error.http_status, json_error_body(model.service, error)};
}

}  // namespace

RequestContext test_context() {
    return {.scope = {.account = "000000000000", .region = "us-east-1"},
            .access_key = "test",
            .request_id = "00000000-0000-4000-8000-000000000000",
            .base_url = "http://localhost:4566",
            .received = from_millis(1'700'000'000'000)};
}

Call start(Registry& registry, std::string_view operation, std::string_view json,
           const RequestContext& context) {
    auto call = std::make_shared<std::optional<Answer>>();
    Registry::Operation* found = registry.find(operation);
    if (found == nullptr) {
        const ServiceError error = unknown_operation(operation);
        *call = Answer{error.http_status, json_error_body(nullptr, error)};
        return call;
    }
    const OperationModel& model = *found->model;
    auto input = decode(model, json);
    if (!input) {
        *call = failed(model, input.error());
        return call;
    }
    Nothing nothing;
    void* decoded = *input ? input->get() : &nothing;
    if (found->run_stream) {
        found->run_stream(context, decoded, [call, &model](Outcome<StreamAnswer> answer) {
            *call = answer ? Answer{.status = 200,
                                    .body = {},
                                    .stream = std::make_shared<http::StreamReader>(std::move(answer->stream))}
                           : failed(model, answer.error());
        });
        return call;
    }
    found->run(context, decoded, [call, &model](Outcome<const void*> answer) {
        if (!answer) {
            *call = failed(model, answer.error());
            return;
        }
        Answer& text = call->emplace(Answer{.status = 200, .body = {}});
        if (model.output != nullptr) encode_json(text.body, *model.output, *answer, JsonMembers::kAll);
    });
    return call;
}

Answer call(Registry& registry, std::string_view operation, std::string_view json,
            const RequestContext& context) {
    const Call started = start(registry, operation, json, context);
    return *started ? **started : Answer{.status = 0, .body = "(no answer yet)"};
}

}  // namespace millrace::aws::testing
