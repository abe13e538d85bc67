#include "aws/protocol/query.h"
#include "aws/protocol/xml_encode.h"
#include "codec/xml.h"

namespace millrace::aws {

namespace {

using codec::XmlWriter;

}  // namespace

std::string encode_query_response(const OperationModel& operation, const void* output,
                                  std::string_view request_id) {
    const std::string response = std::string(operation.name) + "Response";
    const std::string result = std::string(operation.name) + "Result";
    std::string out = "<?xml version=\"1.0\"?>";
    XmlWriter writer(out);
    writer.begin(response, operation.service->xml_namespace);
    if (operation.output != nullptr) {
        writer.begin(result);
        encode_xml_members(writer, *operation.output, output);
        writer.end();
    }
    writer.begin("ResponseMetadata").element("RequestId", request_id).end().end();
    return out;
}

std::string_view query_error_code(const ServiceError& error) {
    return error.query_code.empty() ? error.code : error.query_code;
}

std::string encode_query_error(const ServiceModel* service, const ServiceError& error,
                               std::string_view request_id) {
    // What AWS's framework answers before it knows a service's form.
    if (query_error_code(error) == "UnknownOperationException") return "<UnknownOperationException/>\n";
    std::string out = "<?xml version=\"1.0\"?>";
    XmlWriter writer(out);
    if (service == nullptr) {
        writer.begin("ErrorResponse");
    } else {
        writer.begin("ErrorResponse", service->xml_namespace);
    }
    writer.begin("Error").element("Type", error.sender_fault ? "Sender" : "Receiver");
    writer.element("Code", query_error_code(error));
    writer.element("Message", error.query_message.empty() ? error.message : error.query_message);
    if (service != nullptr && service->error_detail) writer.begin("Detail").end();
    writer.end();
    writer.element("RequestId", request_id).end();
    return out;
}

}  // namespace millrace::aws
