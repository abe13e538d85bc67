#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "millrace/http.h"

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

inline std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof(escape), "\\u%04x",
                          static_cast<unsigned>(static_cast<unsigned char>(c)));
            out += escape;
        } else {
            out += c;
        }
    }
    return out + '"';
}

inline Invocation to_invocation(sdk::HttpResponse& response) {
    Invocation call;
    call.payload = std::move(response.body);
    call.request_id = response.headers["lambda-runtime-aws-request-id"];
    call.function_arn = response.headers["lambda-runtime-invoked-function-arn"];
    call.trace_id = response.headers["lambda-runtime-trace-id"];
    const long long deadline_ms = std::atoll(response.headers["lambda-runtime-deadline-ms"].c_str());
    call.deadline = std::chrono::system_clock::time_point{std::chrono::milliseconds{deadline_ms}};
    return call;
}

inline void report_error(sdk::HttpClient& http, const std::string& url, const std::string& type,
                         const char* message) {
    const std::string body = "{\"errorMessage\":" + json_string(message) +
                             ",\"errorType\":" + json_string(type) + ",\"stackTrace\":[]}";
    http.post(url, body, {"Content-Type: application/json", "Lambda-Runtime-Function-Error-Type: " + type});
}

}  // namespace detail

/// Serves invocations until the process is ended. Returns only when the Runtime API cannot be reached.
inline int run(const Handler& handler) {
    const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
    if (api == nullptr) {
        std::fputs("AWS_LAMBDA_RUNTIME_API is not set: this program runs as a Lambda function\n", stderr);
        return 2;
    }
    const std::string base = "http://" + std::string(api) + "/2018-06-01/runtime/invocation/";
    sdk::HttpClient http;
    try {
        for (;;) {
            sdk::HttpResponse next = http.get(base + "next");
            if (next.status != 200) throw std::runtime_error("next: HTTP " + std::to_string(next.status));
            const Invocation call = detail::to_invocation(next);
            setenv("_X_AMZN_TRACE_ID", call.trace_id.c_str(), 1);
            try {
                http.post(base + call.request_id + "/response", handler(call),
                          {"Content-Type: application/json"});
            } catch (const FunctionError& error) {
                detail::report_error(http, base + call.request_id + "/error", error.type, error.what());
            } catch (const std::exception& error) {
                detail::report_error(http, base + call.request_id + "/error", "Error", error.what());
            }
            std::fflush(stdout);
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "the Lambda runtime API failed: %s\n", error.what());
        return 1;
    }
}

}  // namespace millrace::lambda
