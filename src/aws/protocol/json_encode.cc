#include "aws/protocol/json.h"
#include "codec/json_writer.h"

namespace millrace::aws {

namespace {

using codec::JsonWriter;

/// From so many elements on, room for a list is made once: growing would copy it, and touch twice the memory.
constexpr std::size_t kManyElements = 32;
constexpr std::size_t kNumberBytes = 20;

void encode(JsonWriter& writer, const Shape& shape, const void* value);

/// Of the value as JSON, about: what escapes add is not counted.
std::size_t json_bytes(const Shape& shape, const void* value) {
    std::size_t bytes = 2;  // quotes or brackets
    switch (shape.kind) {
        case Kind::kString:
            return bytes + static_cast<const std::string*>(value)->size();
        case Kind::kBlob:
            return bytes + (blob_view(shape, value).size() + 2) / 3 * 4;
        case Kind::kList:
            for (std::size_t i = 0; i < shape.list->size(value); ++i)
                bytes += json_bytes(*shape.element, shape.list->at(value, i)) + 1;
            return bytes;
        case Kind::kStructure:
            for (const Member& member : shape.members) {
                if (const void* held = member.get(value))
                    bytes += member.name.size() + 4 + json_bytes(*member.shape, held);
            }
            return bytes;
        default:
            return kNumberBytes;
    }
}

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
    if (size >= kManyElements) writer.reserve(json_bytes(shape, list));
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
            writer.blob(blob_view(shape, value));
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
