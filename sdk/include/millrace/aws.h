#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "millrace/http.h"

/// Calls of AWS services that speak AWS JSON (SQS, Kinesis, DynamoDB, ...), signed with the function's own
/// credentials:
///
///     millrace::aws::JsonClient sqs{"sqs", "AmazonSQS", "1.0"};
///     std::string answer = sqs.call("SendMessage", R"({"QueueUrl": ..., "MessageBody": ...})");
namespace millrace::aws {

struct CallError : std::runtime_error {
    CallError(long http_status, const std::string& body)
        : std::runtime_error("HTTP " + std::to_string(http_status) + ": " + body), status(http_status) {}
    long status;
};

inline std::string environment(const char* name, const std::string& otherwise = "") {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

/// Endpoint: AWS_ENDPOINT_URL_<SERVICE>, else AWS_ENDPOINT_URL, else AWS's own. Not thread-safe.
class JsonClient {
  public:
    JsonClient(std::string service, std::string target_prefix, std::string json_version)
        : target_prefix_(std::move(target_prefix)), content_type_("application/x-amz-json-" + json_version) {
        const std::string region = environment("AWS_REGION", environment("AWS_DEFAULT_REGION", "us-east-1"));
        std::string upper = service;
        for (char& c : upper) c = (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
        endpoint_ = environment(("AWS_ENDPOINT_URL_" + upper).c_str(), environment("AWS_ENDPOINT_URL"));
        if (endpoint_.empty()) endpoint_ = "https://" + service + "." + region + ".amazonaws.com";
        if (endpoint_.back() != '/') endpoint_ += '/';
        http_.sign_with("aws:amz:" + region + ":" + service,
                        environment("AWS_ACCESS_KEY_ID") + ":" + environment("AWS_SECRET_ACCESS_KEY"));
        token_ = environment("AWS_SESSION_TOKEN");
    }

    /// The answer's body; throws CallError for any status but 200.
    std::string call(const std::string& operation, std::string_view body) {
        std::vector<std::string> headers{"Content-Type: " + content_type_,
                                         "X-Amz-Target: " + target_prefix_ + "." + operation};
        if (!token_.empty()) headers.push_back("X-Amz-Security-Token: " + token_);
        sdk::HttpResponse response = http_.post(endpoint_, body, headers);
        if (response.status != 200) throw CallError(response.status, response.body);
        return std::move(response.body);
    }

  private:
    sdk::HttpClient http_;
    std::string target_prefix_;
    std::string content_type_;
    std::string endpoint_;
    std::string token_;
};

}  // namespace millrace::aws
