#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "millrace/log.h"
#include "millrace/runtime_connection.h"

/// The function side of the AWS Lambda Runtime API: the same `bootstrap` runs under Millrace and on AWS
/// (provided.al2023). docs: "Using the Lambda runtime API for custom runtimes".
///
///     int main() {
///         return millrace::lambda::run([](const millrace::lambda::Invocation& call) {
///             return R"({"hello":"world"})";
///         });
///     }
namespace millrace::lambda {

/// One event to handle.
struct Invocation {
    std::string payload;  ///< the event, JSON
    std::string request_id;
    std::string function_arn;
    std::string trace_id;
    std::chrono::system_clock::time_point deadline;

    [[nodiscard]] std::chrono::milliseconds remaining() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(deadline -
                                                                     std::chrono::system_clock::now());
    }
};

/// Throw it from a handler to choose the errorType that the caller sees; any std::exception works.
struct FunctionError : std::runtime_error {
    FunctionError(std::string error_type, const std::string& message)
        : std::runtime_error(message), type(std::move(error_type)) {}
    std::string type;
};

/// Returns the answer, JSON. What it throws is reported as the invocation's error.
using Handler = std::function<std::string(const Invocation&)>;

namespace detail {

inline const std::string kRuntimePath = "/2018-06-01/runtime/";

inline Invocation to_invocation(sdk::HttpResponse& response) {
    Invocation call;
    call.payload = std::move(response.body);
    call.request_id = response.header("lambda-runtime-aws-request-id");
    call.function_arn = response.header("lambda-runtime-invoked-function-arn");
    call.trace_id = response.header("lambda-runtime-trace-id");
    const long long deadline_ms = std::atoll(response.header("lambda-runtime-deadline-ms").c_str());
    call.deadline = std::chrono::system_clock::time_point{std::chrono::milliseconds{deadline_ms}};
    return call;
}

/// An exception as the Runtime API takes it.
struct Failure {
    std::string type = "Error";
    std::string body;  ///< JSON
};

/// Must be called while the exception is handled.
inline Failure current_failure() {
    Failure failure;
    std::string message = "something that is no std::exception was thrown";
    try {
        throw;
    } catch (const FunctionError& error) {
        failure.type = error.type;
        message = error.what();
    } catch (const std::exception& error) {
        message = error.what();
    } catch (...) {  // what it is cannot be asked
    }
    const nlohmann::json body{
        {"errorMessage", message}, {"errorType", failure.type}, {"stackTrace", nlohmann::json::array()}};
    failure.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return failure;
}

/// Likewise.
inline void report_error(RuntimeConnection& api, const std::string& path) {
    const Failure failure = current_failure();
    api.post(path, failure.body,
             {"Content-Type: application/json", "Lambda-Runtime-Function-Error-Type: " + failure.type});
}

/// Waits for the next event.
inline Invocation next_invocation(RuntimeConnection& api) {
    sdk::HttpResponse next = api.get(kRuntimePath + "invocation/next");
    if (next.status != 200) throw std::runtime_error("next: HTTP " + std::to_string(next.status));
    Invocation call = to_invocation(next);
    current_request_id() = call.request_id;
    setenv("_X_AMZN_TRACE_ID", call.trace_id.c_str(), 1);
    return call;
}

inline void serve_one(RuntimeConnection& api, const Handler& handler) {
    const Invocation call = next_invocation(api);
    const std::string path = kRuntimePath + "invocation/" + call.request_id;
    std::string answer;
    try {
        answer = handler(call);
    } catch (...) {
        std::fflush(stdout);
        return report_error(api, path + "/error");
    }
    std::fflush(stdout);
    api.post(path + "/response", answer, {"Content-Type: application/json"});
}

/// Runs `serve` with a connection to the Runtime API, until it returns or the Runtime API cannot be reached.
template <class Serve>
int with_runtime_api(Serve serve) {
    const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
    if (api == nullptr) {
        std::fputs("AWS_LAMBDA_RUNTIME_API is not set: this program runs as a Lambda function\n", stderr);
        return 2;
    }
    try {
        RuntimeConnection connection{api};
        return serve(connection);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "the Lambda runtime API failed: %s\n", error.what());
        return 1;
    }
}

}  // namespace detail

/// Makes the handler with make_handler(), once, and serves invocations until the process is ended. What
/// making it throws is reported as the function's initialization error. Returns only then, or when the
/// Runtime API cannot be reached.
inline int run_with(const std::function<Handler()>& make_handler) {
    return detail::with_runtime_api([&](detail::RuntimeConnection& api) {
        Handler handler;
        try {
            handler = make_handler();
        } catch (...) {
            detail::report_error(api, detail::kRuntimePath + "init/error");
            return 1;
        }
        for (;;) detail::serve_one(api, handler);
    });
}

/// run_with() for a handler that is there already.
inline int run(const Handler& handler) {
    return run_with([&] { return handler; });
}

}  // namespace millrace::lambda
