#include "services/lambda/asynchronous/async_record.h"

#include <boost/json.hpp>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "codec/timestamp.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kErrorMessageBytesMax = 1024;

// As it is when it is JSON, which the answer of a custom runtime need not be.
void write_payload(codec::JsonWriter& json, std::string_view payload) {
    if (codec::parse_json(payload)) {
        json.raw(payload);
    } else {
        json.string(payload);
    }
}

std::string error_message(const AsyncEnding& ending) {
    if (ending.condition == "ZeroReservedConcurrency")
        return "Function not invoked. Function is configured with zero reserved concurrent executions";
    if (!ending.last) return "Rate Exceeded.";
    const auto answer = codec::parse_json(ending.last->payload);
    const auto* object = answer ? answer->if_object() : nullptr;
    const auto* message = object != nullptr ? object->if_contains("errorMessage") : nullptr;
    if (message == nullptr || !message->is_string()) return ending.last->payload;
    return std::string(message->as_string());
}

// Not in the middle of a character.
void shorten(std::string& text) {
    if (text.size() <= kErrorMessageBytesMax) return;
    std::size_t end = kErrorMessageBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
}

}  // namespace

std::string make_async_record(const AsyncEvent& event, const AsyncEnding& ending,
                              std::string_view function_arn, WallTime now) {
    std::string out;
    codec::JsonWriter json(out);
    json.begin_object().key("version").string("1.0");
    json.key("timestamp").string(codec::format_iso8601(now));
    json.key("requestContext").begin_object();
    json.key("requestId").string(event.request_id).key("functionArn").string(function_arn);
    json.key("condition").string(ending.condition);
    json.key("approximateInvokeCount").integer(ending.invokes).end_object();
    write_payload(json.key("requestPayload"), event.payload);
    if (ending.last) {
        json.key("responseContext").begin_object().key("statusCode").integer(200);
        json.key("executedVersion").string(ending.last->executed_version);
        if (ending.last->function_error) json.key("functionError").string("Unhandled");
        json.end_object();
        if (!ending.last->payload.empty()) write_payload(json.key("responsePayload"), ending.last->payload);
    }
    json.end_object();
    return out;
}

ports::MessageQueues::Attributes dead_letter_attributes(const AsyncEvent& event, const AsyncEnding& ending) {
    std::string message = error_message(ending);
    shorten(message);
    ports::MessageQueues::Attributes attributes;
    attributes["RequestID"] = {.data_type = "String", .text = event.request_id, .bytes = {}};
    if (!message.empty()) {
        attributes["ErrorMessage"] = {.data_type = "String", .text = std::move(message), .bytes = {}};
    }
    if (ending.condition != "ZeroReservedConcurrency") {
        attributes["ErrorCode"] = {.data_type = "Number", .text = ending.last ? "200" : "429", .bytes = {}};
    }
    return attributes;
}

}  // namespace millrace::lambda
