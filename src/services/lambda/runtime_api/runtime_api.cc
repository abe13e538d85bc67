#include "services/lambda/runtime_api/runtime_api.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "codec/json_writer.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kBase = "/2018-06-01/runtime/";
constexpr std::string_view kErrorTypeHeader = "Lambda-Runtime-Function-Error-Type";

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

http::Response json_response(int status, std::string body) {
    http::Response response{.status = status, .body = std::move(body)};
    response.headers.add("Content-Type", "application/json");
    return response;
}

}  // namespace

bool is_streamed(const http::Headers& headers) {
    return equal_ignoring_case(headers.get("Lambda-Runtime-Function-Response-Mode"), "streaming");
}

http::Response runtime_error(int status, std::string_view type, std::string_view message) {
    std::string body;
    codec::JsonWriter(body)
        .begin_object()
        .key("errorMessage")
        .string(message)
        .key("errorType")
        .string(type)
        .end_object();
    return json_response(status, std::move(body));
}

http::Response accepted_response() {
    return json_response(202, "{\"status\":\"OK\"}\n");
}

http::Response next_response(NextInvocation invocation) {
    http::Response response = json_response(200, std::move(invocation.payload));
    response.headers.add("Lambda-Runtime-Aws-Request-Id", std::string(invocation.request_id));
    response.headers.add("Lambda-Runtime-Deadline-Ms", fmt::format("{}", to_millis(invocation.deadline)));
    response.headers.add("Lambda-Runtime-Invoked-Function-Arn", std::string(invocation.function_arn));
    response.headers.add("Lambda-Runtime-Trace-Id", std::string(invocation.trace_id));
    if (!invocation.client_context.empty()) {
        response.headers.add("Lambda-Runtime-Client-Context", std::string(invocation.client_context));
    }
    return response;
}

void route_runtime_request(http::Request request, http::Respond respond, RuntimeCalls& calls) {
    const std::string target = request.target.substr(0, request.target.find('?'));
    std::string_view path = target;
    if (!take_prefix(path, kBase)) {
        return respond(runtime_error(404, "NotFound", "No such path in the Runtime API."));
    }
    const bool post = request.method == "POST";
    const std::string error_type{request.headers.get(kErrorTypeHeader)};
    if (path == "invocation/next" && request.method == "GET") return calls.next(std::move(respond));
    if (path == "init/error" && post)
        return calls.init_error(std::move(request.body), error_type, std::move(respond));
    if (post && take_prefix(path, "invocation/")) {
        const std::size_t slash = path.find('/');
        const std::string_view id = path.substr(0, slash);
        const std::string_view verb =
            slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
        if (verb == "response" && request.stream) {
            const std::string of(id);
            return calls.streamed_response(of, std::move(request), std::move(respond));
        }
        if (verb == "response") return calls.response(id, std::move(request.body), std::move(respond));
        if (verb == "error") return calls.error(id, std::move(request.body), error_type, std::move(respond));
    }
    respond(runtime_error(404, "NotFound", "No such path in the Runtime API."));
}

}  // namespace millrace::lambda
