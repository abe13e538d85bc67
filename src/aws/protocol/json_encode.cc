#include "aws/protocol/json.h"
#include "codec/json_writer.h"

namespace millrace::aws {

namespace {

using codec::JsonWriter;

void encode(JsonWriter& writer, const Shape& shape, const void* value);

void encode_structure(JsonWriter& writer, const Shape& shape, const void* structure, JsonMembers members) {
    writer.begin_object();
    for (const Member& member : shape.members) {
        if (member.location != Location::kBody && members == JsonMembers::kBody) continue;
        if (const void* value = member.get(structure)) {
            writer.key(member.name);
            encode(writer, *member.shape, value);
        }
    }
    writer.end_object();
}

void encode_list(JsonWriter& writer, const Shape& shape, const void* list) {
    writer.begin_array();
    const std::size_t size = shape.list->size(list);
    for (std::size_t i = 0; i < size; ++i) encode(writer, *shape.element, shape.list->at(list, i));
    writer.end_array();
}

void encode_map(JsonWriter& writer, const Shape& shape, const void* map) {
    struct Walk {
        JsonWriter& writer;
        const Shape& element;
    } walk{writer, *shape.element};
    writer.begin_object();
    shape.map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
        auto& [out, element] = *static_cast<Walk*>(state);
        out.key(key);
        encode(out, element, value);
    });
    writer.end_object();
}

void encode(JsonWriter& writer, const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::kString:
            writer.string(*static_cast<const std::string*>(value));
            return;
        case Kind::kBlob:
            writer.blob(*static_cast<const std::string*>(value));
            return;
        case Kind::kInteger:
            writer.integer(*static_cast<const std::int32_t*>(value));
            return;
        case Kind::kLong:
            writer.integer(*static_cast<const std::int64_t*>(value));
            return;
        case Kind::kDouble:
            writer.number(*static_cast<const double*>(value));
            return;
        case Kind::kBoolean:
            writer.boolean(*static_cast<const bool*>(value));
            return;
        case Kind::kTimestamp:
            writer.epoch_seconds(*static_cast<const WallTime*>(value));
            return;
        case Kind::kList:
            return encode_list(writer, shape, value);
        case Kind::kMap:
            return encode_map(writer, shape, value);
        case Kind::kStructure:
            return encode_structure(writer, shape, value, JsonMembers::kAll);
    }
}

}  // namespace

void encode_json(std::string& out, const Shape& shape, const void* structure, JsonMembers members) {
    JsonWriter writer(out);
    encode_structure(writer, shape, structure, members);
}

}  // namespace millrace::aws
