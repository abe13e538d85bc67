#include "aws/event_stream.h"

#include "aws/protocol/cbor.h"
#include "aws/protocol/json.h"
#include "aws/protocol/media_type.h"
#include "codec/cbor_writer.h"
#include "codec/event_stream.h"
#include "codec/json_writer.h"

namespace millrace::aws {

namespace {

using codec::EventHeader;

std::vector<EventHeader> headers(std::string_view message, std::string_view kind, std::string_view type,
                                 Protocol protocol) {
    return {{.name = ":message-type", .value = std::string(message)},
            {.name = std::string(kind), .value = std::string(type)},
            {.name = ":content-type", .value = std::string(media_type(protocol))}};
}

void append_structure(std::string& out, Protocol protocol, const Shape& shape, const void* value) {
    if (protocol == Protocol::kCbor11) {
        encode_cbor(out, shape, value);
    } else {
        encode_json(out, shape, value);
    }
}

template <class AppendPayload>
std::string frame(const std::vector<EventHeader>& headers, AppendPayload append_payload) {
    std::string bytes;
    {
        const codec::EventWriter writer(bytes, headers);
        append_payload(bytes);
    }
    return bytes;
}

}  // namespace

std::string initial_response_frame(Protocol protocol, const OperationModel& operation, const void* output) {
    return frame(headers("event", ":event-type", "initial-response", protocol),
                 [&](std::string& out) { append_structure(out, protocol, *operation.output, output); });
}

std::string event_frame(Protocol protocol, const EventModel& model, const void* event) {
    return frame(headers("event", ":event-type", model.name, protocol),
                 [&](std::string& out) { append_structure(out, protocol, *model.shape, event); });
}

std::string exception_frame(Protocol protocol, const ServiceError& error) {
    return frame(headers("exception", ":exception-type", error.code, protocol), [&](std::string& out) {
        if (protocol == Protocol::kCbor11) {
            codec::CborWriter(out).map(1).text("message").text(error.message);
        } else {
            codec::JsonWriter(out).begin_object().key("message").string(error.message).end_object();
        }
    });
}

}  // namespace millrace::aws
