#include <fmt/format.h>

#include "services/lambda/execution/sandbox.h"

// What the runtime asks of its sandbox.

namespace millrace::lambda {

void Sandbox::next(http::Respond respond) {
    if (state_ == State::kDead) return respond(runtime_error(500, "Shutdown", "Shutting down"));
    if (parked_next_ || (state_ != State::kStarting && state_ != State::kFinishing)) {
        return respond(
            runtime_error(403, "InvalidStateTransition",
                          "State transition is not allowed: the current invocation has no answer yet"));
    }
    parked_next_ = std::move(respond);
    proceed();
}

void Sandbox::response(std::string_view request_id, std::string payload, http::Respond respond) {
    if (!may_answer(request_id)) {
        return respond(runtime_error(400, "InvalidRequestID", "Invalid request ID"));
    }
    if (payload.size() > kResponseBytesMax) {
        const std::string words =
            fmt::format("Exceeded maximum allowed payload size ({} bytes).", kResponseBytesMax);
        respond(runtime_error(413, "RequestEntityTooLarge", words));
        return take_result(
            {.payload = fmt::format(
                 R"({{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload )"
                 R"(size exceeded maximum allowed payload size ({} bytes)."}})",
                 kResponseBytesMax),
             .function_error = true});
    }
    respond(accepted_response());
    if (const auto stream = invocation_->stream) {
        stream->begin("application/json");
        stream->write(SharedBytes(std::exchange(payload, {})));
    }
    take_result({.payload = std::move(payload)});
}

void Sandbox::streamed_response(std::string_view request_id, http::Request request, http::Respond respond) {
    if (!may_answer(request_id)) {
        return respond(runtime_error(400, "InvalidRequestID", "Invalid request ID"));
    }
    streamed_ =
        std::make_unique<StreamedResponse>(invocation_->request_id, std::move(request), invocation_->stream,
                                           [this, respond = std::move(respond)](InvokeResult result) mutable {
                                               respond(accepted_response());
                                               take_result(std::move(result));
                                           });
    streamed_->start();
}

bool Sandbox::may_answer(std::string_view request_id) const {
    return state_ == State::kBusy && !streamed_ && request_id == invocation_->request_id;
}

void Sandbox::error(std::string_view request_id, std::string payload, std::string_view error_type,
                    http::Respond respond) {
    if (!may_answer(request_id)) {
        return respond(runtime_error(400, "InvalidRequestID", "Invalid request ID"));
    }
    if (payload.empty()) payload = failure_payload(error_type, request_id, "Unknown error");
    respond(accepted_response());
    take_result({.payload = std::move(payload), .function_error = true});
}

void Sandbox::init_error(std::string payload, std::string_view error_type, http::Respond respond) {
    if (state_ != State::kStarting) {
        return respond(runtime_error(403, "InvalidStateTransition", "The runtime was initialized already"));
    }
    respond(accepted_response());
    const std::string_view type = error_type.empty() ? "Runtime.Unknown" : error_type;
    fail_start({std::string(type), "the runtime could not initialize the function:", std::move(payload)});
    // It exits by itself, and may still say why on its standard output.
    set_timer(timeout_, Seconds{1}, &Sandbox::die_of_failure);
}

}  // namespace millrace::lambda
