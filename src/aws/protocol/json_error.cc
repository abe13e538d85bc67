#include "aws/protocol/json_error.h"

#include "codec/json_writer.h"

namespace millrace::aws {

std::string qualified_error_code(const ServiceModel* service, const ServiceError& error) {
    if (error.code == "UnknownOperationException")
        return "com.amazon.coral.service#UnknownOperationException";
    if (service == nullptr || service->error_namespace.empty()) return error.code;
    return std::string(service->error_namespace) + '#' + error.code;
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
