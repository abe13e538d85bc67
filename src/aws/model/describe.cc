#include "aws/model/describe.h"

#include <fmt/format.h>

#include "codec/timestamp.h"

namespace millrace::aws {

namespace {

void append(std::string& out, const Shape& shape, const void* value);

void append_list(std::string& out, const Shape& shape, const void* list) {
    out += '[';
    const std::size_t size = shape.list->size(list);
    for (std::size_t i = 0; i < size; ++i) {
        if (i != 0) out += ", ";
        append(out, *shape.element, shape.list->at(list, i));
    }
    out += ']';
}

void append_map(std::string& out, const Shape& shape, const void* map) {
    struct Walk {
        std::string& out;
        const Shape& element;
        bool first = true;
    } walk{out, *shape.element};
    out += '{';
    shape.map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
        auto& [text, element, first] = *static_cast<Walk*>(state);
        if (!first) text += ", ";
        first = false;
        text += key;
        text += '=';
        append(text, element, value);
    });
    out += '}';
}

void append_structure(std::string& out, const Shape& shape, const void* structure) {
    out += shape.name;
    out += '(';
    bool first = true;
    for (const Member& member : shape.members) {
        const void* value = member.get(structure);
        if (value == nullptr) continue;
        if (!first) out += ", ";
        first = false;
        out += member.name;
        out += '=';
        append(out, *member.shape, value);
    }
    out += ')';
}

void append(std::string& out, const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::kString:
            out += *static_cast<const std::string*>(value);
            return;
        case Kind::kBlob: {
            const std::size_t size = static_cast<const std::string*>(value)->size();
            out += fmt::format("java.nio.HeapByteBuffer[pos=0 lim={} cap={}]", size, size);
            return;
        }
        case Kind::kInteger:
            out += std::to_string(*static_cast<const std::int32_t*>(value));
            return;
        case Kind::kLong:
            out += std::to_string(*static_cast<const std::int64_t*>(value));
            return;
        case Kind::kDouble:
            out += fmt::format("{}", *static_cast<const double*>(value));
            return;
        case Kind::kBoolean:
            out += *static_cast<const bool*>(value) ? "true" : "false";
            return;
        case Kind::kTimestamp:
            out += codec::format_iso8601(*static_cast<const WallTime*>(value));
            return;
        case Kind::kList:
            return append_list(out, shape, value);
        case Kind::kMap:
            return append_map(out, shape, value);
        case Kind::kStructure:
            return append_structure(out, shape, value);
    }
}

}  // namespace

std::string describe(const Shape& shape, const void* value) {
    std::string out;
    append(out, shape, value);
    return out;
}

}  // namespace millrace::aws
