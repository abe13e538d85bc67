#include "aws/protocol/query.h"
#include "aws/protocol/text_value.h"
#include "codec/xml.h"

namespace millrace::aws {

namespace {

using codec::XmlWriter;

void encode(XmlWriter& writer, std::string_view name, const Shape& shape, const void* value);

void encode_members(XmlWriter& writer, const Shape& shape, const void* structure) {
    for (const Member& member : shape.members) {
        if (const void* value = member.get(structure)) encode(writer, member.xml_name, *member.shape, value);
    }
}

void encode_list(XmlWriter& writer, std::string_view name, const Shape& shape, const void* list) {
    if (!shape.flattened) writer.begin(name);
    const std::string_view item = shape.flattened ? name : shape.xml_item;
    const std::size_t size = shape.list->size(list);
    for (std::size_t i = 0; i < size; ++i) encode(writer, item, *shape.element, shape.list->at(list, i));
    if (!shape.flattened) writer.end();
}

void encode_map(XmlWriter& writer, std::string_view name, const Shape& shape, const void* map) {
    struct Walk {
        XmlWriter& writer;
        std::string_view entry;
        const Shape& shape;
    } walk{writer, shape.flattened ? name : "entry", shape};
    if (!shape.flattened) writer.begin(name);
    shape.map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
        auto& [out, entry, map_shape] = *static_cast<Walk*>(state);
        out.begin(entry).element(map_shape.xml_key, key);
        encode(out, map_shape.xml_value, *map_shape.element, value);
        out.end();
    });
    if (!shape.flattened) writer.end();
}

void encode(XmlWriter& writer, std::string_view name, const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::kList:
            return encode_list(writer, name, shape, value);
        case Kind::kMap:
            return encode_map(writer, name, shape, value);
        case Kind::kStructure:
            writer.begin(name);
            encode_members(writer, shape, value);
            writer.end();
            return;
        default:
            writer.element(name, format_scalar(shape, value));
    }
}

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
        encode_members(writer, *operation.output, output);
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
    std::string out = "<?xml version=\"1.0\"?>";
    XmlWriter writer(out);
    if (service == nullptr) {
        writer.begin("ErrorResponse");
    } else {
        writer.begin("ErrorResponse", service->xml_namespace);
    }
    writer.begin("Error").element("Type", error.sender_fault ? "Sender" : "Receiver");
    writer.element("Code", query_error_code(error)).element("Message", error.message).end();
    writer.element("RequestId", request_id).end();
    return out;
}

}  // namespace millrace::aws
