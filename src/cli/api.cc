#include "cli/api.h"

#include <utility>

#include "codec/base64.h"
#include "codec/uri.h"
#include "codec/xml_reader.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

/// A synchronous invocation may take this long on AWS, and a little for the way.
constexpr Milliseconds kInvokeMax{(15 * 60 + 30) * 1000};
constexpr int kClientError = 400;

ApiError api_error(std::string code, const std::string& message) {
    // "com.amazonaws.kinesis#ResourceNotFoundException", in answers of some protocols.
    code.erase(0, code.rfind('#') + 1);
    const std::string text = message.substr(0, message.find_last_not_of("\r\n ") + 1);
    return {.code = code, .message = text.empty() ? code : text + " (" + code + ")"};
}

/// S3's errors, which are the document; answers to HEAD have none.
ApiError s3_error(const http::Response& response) {
    const auto body = codec::read_xml(response.body);
    std::string code = body ? text_at(*body, "Code") : "";
    if (code.empty()) code = "HTTP " + std::to_string(response.status);
    return api_error(std::move(code), body ? text_at(*body, "Message") : "");
}

/// Errors of the JSON protocols: the code is a header or a member.
ApiError json_error(const http::Response& response) {
    std::string code(response.headers.get("x-amzn-ErrorType"));
    code.erase(std::min(code.find(':'), code.size()));
    std::string message;
    if (const auto body = codec::parse_json(response.body); body && body->is_object()) {
        if (code.empty()) code = text_at(*body, "__type");
        message = text_at(*body, "message");
        if (message.empty()) message = text_at(*body, "Message");
    }
    if (code.empty()) code = "HTTP " + std::to_string(response.status);
    return api_error(std::move(code), message);
}

ApiError xml_error(const http::Response& response) {
    const auto body = codec::read_xml(response.body);
    const JsonObject* document = body ? body->if_object() : nullptr;
    const Json* error = document ? document->if_contains("Error") : nullptr;
    if (!error) return api_error("HTTP " + std::to_string(response.status), response.body);
    return api_error(text_at(*error, "Code"), text_at(*error, "Message"));
}

Answer<Json> read_json(std::string_view body) {
    auto output = codec::parse_json(body);
    if (output) return std::move(*output);
    return std::unexpected(
        ApiError{.code = {}, .message = "the server's answer is not JSON: " + output.error().message});
}

http::Request post(std::string target, std::string body) {
    return {.method = "POST", .target = std::move(target), .headers = {}, .body = std::move(body)};
}

}  // namespace

Api::Api(Endpoint endpoint, std::string region, Credentials credentials)
    : endpoint_(std::move(endpoint)), region_(std::move(region)), credentials_(std::move(credentials)) {}

Answer<http::Response> Api::send(std::string_view service, http::Request request,
                                 std::optional<Milliseconds> limit) {
    request.headers.add("Host", endpoint_.host + ":" + std::to_string(endpoint_.port));
    sign(request, service, region_, credentials_, SystemClock().now());
    auto response = limit ? client_.send(endpoint_.host, endpoint_.port, std::move(request), *limit)
                          : client_.send(endpoint_.host, endpoint_.port, std::move(request));
    if (response) return std::move(*response);
    return std::unexpected(ApiError{
        .code = {},
        .message =
            response.error().message + "; \"millrace serve\" starts a server, --endpoint-url names another"});
}

Answer<Json> Api::call_json(std::string_view service, std::string_view target, const JsonObject& input) {
    http::Request request = post("/", codec::to_json(input));
    request.headers.add("X-Amz-Target", std::string(target));
    request.headers.add("Content-Type", "application/x-amz-json-1.1");
    const auto response = send(service, std::move(request));
    if (!response) return std::unexpected(response.error());
    if (response->status >= kClientError) return std::unexpected(json_error(*response));
    if (response->body.empty()) return Json(JsonObject());
    return read_json(response->body);
}

Answer<Json> Api::kinesis(std::string_view operation, const JsonObject& input) {
    return call_json("kinesis", "Kinesis_20131202." + std::string(operation), input);
}

Answer<Json> Api::logs(std::string_view operation, const JsonObject& input) {
    return call_json("logs", "Logs_20140328." + std::string(operation), input);
}

Answer<Json> Api::cloudformation(std::string_view operation, codec::Form input) {
    input.emplace_back("Action", operation);
    input.emplace_back("Version", "2010-05-15");
    http::Request request = post("/", codec::format_form(input));
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    const auto response = send("cloudformation", std::move(request));
    if (!response) return std::unexpected(response.error());
    if (response->status >= kClientError) return std::unexpected(xml_error(*response));
    auto document = codec::read_xml(response->body);
    if (!document)
        return std::unexpected(ApiError{
            .code = {}, .message = "the server's answer cannot be read: " + document.error().message});
    JsonObject* object = document->if_object();
    Json* result = object ? object->if_contains(std::string(operation) + "Result") : nullptr;
    return result ? std::move(*result) : Json(JsonObject());
}

Answer<Api::Invocation> Api::invoke(std::string_view function, std::string payload, bool async,
                                    bool log_tail) {
    http::Request request =
        post("/2015-03-31/functions/" + codec::percent_encode(function) + "/invocations", std::move(payload));
    request.headers.add("Content-Type", "application/json");
    request.headers.add("X-Amz-Invocation-Type", async ? "Event" : "RequestResponse");
    if (log_tail) request.headers.add("X-Amz-Log-Type", "Tail");
    auto response = send("lambda", std::move(request), kInvokeMax);
    if (!response) return std::unexpected(response.error());
    if (response->status >= kClientError) return std::unexpected(json_error(*response));
    return Invocation{
        .payload = std::move(response->body),
        .function_error = std::string(response->headers.get("X-Amz-Function-Error")),
        .log_tail = codec::base64_decode(response->headers.get("X-Amz-Log-Result")).value_or("")};
}

Answer<Json> Api::function_configuration(std::string_view function) {
    const auto response = send(
        "lambda", {.method = "GET",
                   .target = "/2015-03-31/functions/" + codec::percent_encode(function) + "/configuration",
                   .headers = {},
                   .body = {}});
    if (!response) return std::unexpected(response.error());
    if (response->status >= kClientError) return std::unexpected(json_error(*response));
    return read_json(response->body);
}

Answer<void> Api::s3(std::string method, std::string path, std::string body) {
    const auto response = send(
        "s3",
        {.method = std::move(method), .target = std::move(path), .headers = {}, .body = std::move(body)});
    if (!response) return std::unexpected(response.error());
    if (response->status >= kClientError) return std::unexpected(s3_error(*response));
    return {};
}

Answer<Json> Api::millrace(std::string_view purpose, std::string method, std::string_view path,
                           std::string body_text, std::optional<Milliseconds> limit) {
    http::Request request{.method = std::move(method),
                          .target = "/_millrace/" + std::string(path),
                          .headers = {},
                          .body = std::move(body_text)};
    request.headers.add("X-Millrace", std::string(purpose));
    const auto response = send("millrace", std::move(request), limit);
    if (!response) return std::unexpected(response.error());
    auto body = codec::parse_json(response->body);
    const std::string code = "HTTP " + std::to_string(response->status);
    if (response->status >= kClientError) {
        const std::string message = body ? text_at(*body, "message") : "";
        return std::unexpected(
            ApiError{.code = code, .message = message.empty() ? "the server answers " + code : message});
    }
    if (!body) return std::unexpected(ApiError{.code = {}, .message = "the server's answer is not JSON"});
    return std::move(*body);
}

std::string text_at(const Json& object, std::string_view name) {
    const JsonObject* members = object.if_object();
    const Json* value = members ? members->if_contains(name) : nullptr;
    if (!value) return {};
    return value->is_string() ? std::string(value->get_string()) : codec::to_json(*value);
}

const JsonArray& list_at(const Json& object, std::string_view name) {
    static const JsonArray none;
    const JsonObject* members = object.if_object();
    const Json* value = members ? members->if_contains(name) : nullptr;
    return value && value->is_array() ? value->get_array() : none;
}

}  // namespace millrace::cli
