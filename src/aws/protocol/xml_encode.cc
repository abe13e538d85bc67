#include "aws/protocol/xml_encode.h"

#include <string>

#include "aws/protocol/text_value.h"

namespace millrace::aws {

namespace {

using codec::XmlWriter;

void encode_list(XmlWriter& writer, std::string_view name, const Shape& shape, const void* list) {
    if (!shape.flattened) writer.begin(name);
    const std::string_view item = shape.flattened ? name : shape.xml_item;
    const std::size_t size = shape.list->size(list);
    for (std::size_t i = 0; i < size; ++i) encode_xml(writer, item, *shape.element, shape.list->at(list, i));
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
        encode_xml(out, map_shape.xml_value, *map_shape.element, value);
        out.end();
    });
    if (!shape.flattened) writer.end();
}

void encode_structure(XmlWriter& writer, std::string_view name, const Shape& shape, const void* structure) {
    XmlWriter::Attributes attributes;
    if (!shape.xml_prefix.empty()) {
        attributes.emplace_back("xmlns:" + std::string(shape.xml_prefix), shape.xml_prefix_uri);
    }
    for (const Member& member : shape.members) {
        if (!member.xml_attribute) continue;
        if (const void* value = member.get(structure))
            attributes.emplace_back(member.xml_name, format_scalar(*member.shape, value));
    }
    writer.begin(name, attributes);
    encode_xml_members(writer, shape, structure);
    writer.end();
}

}  // namespace

void encode_xml_members(XmlWriter& writer, const Shape& shape, const void* structure) {
    for (const Member& member : shape.members) {
        if (member.location != Location::kBody || member.xml_attribute) continue;
        if (const void* value = member.get(structure))
            encode_xml(writer, member.xml_name, *member.shape, value);
    }
}

void encode_xml(XmlWriter& writer, std::string_view name, const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::kList:
            return encode_list(writer, name, shape, value);
        case Kind::kMap:
            return encode_map(writer, name, shape, value);
        case Kind::kStructure:
            return encode_structure(writer, name, shape, value);
        default:
            writer.element(name, format_scalar(shape, value));
    }
}

}  // namespace millrace::aws
