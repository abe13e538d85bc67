#include "aws/protocol/json_error.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "codec/json_writer.h"

namespace millrace::aws {

namespace {

constexpr std::string_view kCoral = "com.amazon.coral.service";

/// What AWS's framework finds before a service of its own namespace sees the request.
constexpr std::array<std::string_view, 3> kCoralErrors{
    "InvalidParameterValueException", "MissingRequiredParameterException", "SerializationException"};

std::string_view namespace_of(const ServiceModel* service, std::string_view code) {
    if (code == "UnknownOperationException") return kCoral;
    if (service == nullptr || service->error_namespace.empty()) return {};
    const bool is_coral = std::ranges::find(kCoralErrors, code) != kCoralErrors.end();
    return is_coral ? kCoral : service->error_namespace;
}

}  // namespace

std::string qualified_error_code(const ServiceModel* service, const ServiceError& error) {
    const std::string_view name_space = namespace_of(service, error.code);
    return name_space.empty() ? error.code : fmt::format("{}#{}", name_space, error.code);
}

std::string json_error_body(const ServiceModel* service, const ServiceError& error) {
    std::string body;
    codec::JsonWriter writer(body);
    writer.begin_object().key("__type").string(qualified_error_code(service, error));
    writer.key("message").string(error.message).end_object();
    return body;
}

std::string rest_json_error_body(const ServiceModel* service, const ServiceError& error) {
    const ErrorModel* model = service == nullptr ? nullptr : service->find_error(error.code);
    std::string body;
    codec::JsonWriter writer(body);
    writer.begin_object().key("Type").string(error.sender_fault ? "User" : "Service");
    for (const auto& [name, value] : error.details) writer.key(name).string(value);
    writer.key(model == nullptr ? "message" : model->message_member).string(error.message).end_object();
    return body;
}

}  // namespace millrace::aws
