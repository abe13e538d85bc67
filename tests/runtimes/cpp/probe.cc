// The probe on AWS's runtime for C++, aws-lambda-cpp as its client for Node.js brings it (failure() takes one
// argument more there): what test_runtimes.py asks of every language, but for typed events, which it does not
// have.

#include <aws/lambda-runtime/runtime.h>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

using aws::lambda_runtime::invocation_request;
using aws::lambda_runtime::invocation_response;
using nlohmann::json;

namespace {

int calls = 0;

invocation_response success(const json& answer) {
    return invocation_response::success(answer.dump(), "application/json");
}

json describe(const invocation_request& request) {
    const auto deadline = request.deadline.time_since_epoch();
    return {{"request_id", request.request_id},
            {"arn", request.function_arn},
            {"name", std::getenv("AWS_LAMBDA_FUNCTION_NAME")},
            {"deadline", std::chrono::duration_cast<std::chrono::milliseconds>(deadline).count()},
            {"calls", calls},
            {"region", std::getenv("AWS_REGION")}};
}

invocation_response handle(const invocation_request& request) {
    ++calls;
    const json event = json::parse(request.payload);
    const std::string todo = event.value("do", "");
    if (todo == "context") return success(describe(request));
    if (todo == "fail") return invocation_response::failure("failed as told", "ProbeError", "");
    if (todo == "exit") std::_Exit(3);
    if (todo == "print") std::cout << "printed by the probe" << std::endl;
    if (todo == "large") return success(std::string(event["size"].get<std::size_t>(), 'x'));
    return success(event.value("text", json()));
}

}  // namespace

int main() {
    aws::lambda_runtime::run_handler(handle);
}
