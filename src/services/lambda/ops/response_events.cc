#include "services/lambda/ops/response_events.h"

#include "codec/base64.h"
#include "codec/event_stream.h"
#include "codec/json_writer.h"

namespace millrace::lambda {

namespace {

std::string event(std::string_view type, std::string_view content_type, std::string payload) {
    return codec::encode_event({.headers = {{.name = ":message-type", .value = std::string("event")},
                                            {.name = ":event-type", .value = std::string(type)},
                                            {.name = ":content-type", .value = std::string(content_type)}},
                                .payload = std::move(payload)});
}

}  // namespace

std::string payload_chunk_frame(std::string_view payload) {
    return event("PayloadChunk", "application/octet-stream", std::string(payload));
}

std::string invoke_complete_frame(const InvokeResult& result) {
    std::string body;
    codec::JsonWriter json(body);
    json.begin_object();
    if (result.function_error)
        json.key("ErrorCode").string("Unhandled").key("ErrorDetails").string(result.payload);
    if (!result.log_tail.empty()) json.key("LogResult").string(codec::base64_encode(result.log_tail));
    json.end_object();
    return event("InvokeComplete", "application/json", std::move(body));
}

void ResponseEvents::open_events() {
    http::Headers headers;
    headers.add("X-Amz-Executed-Version", version_);
    reply_(aws::StreamAnswer(open(), std::move(headers)));
}

void ResponseEvents::begin(std::string_view) {
    open_events();
}

void ResponseEvents::write(SharedBytes piece) {
    put(SharedBytes(payload_chunk_frame(piece.view())));
}

void ResponseEvents::complete(InvokeResult result) {
    if (result.refused && opened()) return break_off();
    if (result.refused) return reply_(std::unexpected(std::move(*result.refused)));
    if (!opened()) open_events();
    put(SharedBytes(invoke_complete_frame(result)));
    finish();
}

}  // namespace millrace::lambda
