#include "services/lambda/mappings/sqs_event.h"

#include "codec/json_writer.h"
#include "services/lambda/arn_part.h"

namespace millrace::lambda {

namespace {

void append_attributes(codec::JsonWriter& json, const ports::QueueMessage& message) {
    json.key("attributes").begin_object();
    for (const auto& [name, value] : message.system_attributes) json.key(name).string(value);
    json.end_object().key("messageAttributes").begin_object();
    for (const auto& [name, attribute] : message.attributes) {
        json.key(name).begin_object();
        if (attribute.text) json.key("stringValue").string(*attribute.text);
        if (attribute.bytes) json.key("binaryValue").blob(*attribute.bytes);
        json.key("stringListValues").begin_array().end_array();
        json.key("binaryListValues").begin_array().end_array();
        json.key("dataType").string(attribute.data_type).end_object();
    }
    json.end_object();
}

void append_message(codec::JsonWriter& json, const ports::QueueMessage& message, std::string_view queue_arn) {
    json.begin_object();
    json.key("messageId").string(message.message_id);
    json.key("receiptHandle").string(message.receipt_handle);
    json.key("body").string(message.body);
    append_attributes(json, message);
    json.key("md5OfBody").string(message.md5_of_body);
    if (!message.md5_of_attributes.empty())
        json.key("md5OfMessageAttributes").string(message.md5_of_attributes);
    json.key("eventSource").string("aws:sqs");
    json.key("eventSourceARN").string(queue_arn);
    json.key("awsRegion").string(arn_part(queue_arn, 3));
    json.end_object();
}

}  // namespace

std::size_t event_bytes(const ports::QueueMessage& message, std::string_view queue_arn) {
    std::string out;
    codec::JsonWriter json(out);
    append_message(json, message, queue_arn);
    return out.size() + 1;
}

std::string make_sqs_event(std::span<const ports::QueueMessage> messages, std::string_view queue_arn) {
    std::string out;
    codec::JsonWriter json(out);
    json.begin_object().key("Records").begin_array();
    for (const ports::QueueMessage& message : messages) append_message(json, message, queue_arn);
    json.end_array().end_object();
    return out;
}

}  // namespace millrace::lambda
