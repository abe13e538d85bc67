#include <algorithm>

#include "aws/protocol/cbor.h"
#include "aws/protocol/json_error.h"
#include "codec/cbor_writer.h"

namespace millrace::aws {

namespace {

using codec::CborWriter;

constexpr std::uint64_t kEpochTag = 1;

void encode(CborWriter& writer, const Shape& shape, const void* value);

void encode_structure(CborWriter& writer, const Shape& shape, const void* structure) {
    const auto present = [&](const Member& member) { return member.get(structure) != nullptr; };
    writer.map(static_cast<std::size_t>(std::ranges::count_if(shape.members, present)));
    for (const Member& member : shape.members) {
        if (const void* value = member.get(structure)) {
            writer.text(member.name);
            encode(writer, *member.shape, value);
        }
    }
}

void encode_list(CborWriter& writer, const Shape& shape, const void* list) {
    const std::size_t size = shape.list->size(list);
    writer.array(size);
    for (std::size_t i = 0; i < size; ++i) encode(writer, *shape.element, shape.list->at(list, i));
}

void encode_map(CborWriter& writer, const Shape& shape, const void* map) {
    struct Walk {
        CborWriter& writer;
        const Shape& element;
    } walk{writer, *shape.element};
    writer.map(shape.map->size(map));
    shape.map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
        auto& [out, element] = *static_cast<Walk*>(state);
        out.text(key);
        encode(out, element, value);
    });
}

void encode(CborWriter& writer, const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::kString:
            writer.text(*static_cast<const std::string*>(value));
            return;
        case Kind::kBlob:
            writer.bytes(blob_view(shape, value));
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
            writer.tag(kEpochTag).integer(to_millis(*static_cast<const WallTime*>(value)));
            return;
        case Kind::kList:
            return encode_list(writer, shape, value);
        case Kind::kMap:
            return encode_map(writer, shape, value);
        case Kind::kStructure:
            return encode_structure(writer, shape, value);
    }
}

}  // namespace

void encode_cbor(std::string& out, const Shape& shape, const void* structure) {
    CborWriter writer(out);
    encode_structure(writer, shape, structure);
}

std::string cbor_error_body(const ServiceModel* service, const ServiceError& error) {
    std::string body;
    CborWriter writer(body);
    writer.map(2).text("__type").text(qualified_error_code(service, error));
    writer.text("message").text(error.message);
    return body;
}

}  // namespace millrace::aws
