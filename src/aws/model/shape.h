#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "base/time.h"

namespace millrace::aws {

// Descriptors of the API's types, written by tools/modelgen as constants (api/<service>.cc). One engine walks
// a plain C++ struct and its descriptor side by side to decode, validate and encode it; see
// docs/decisions/0001-api-model.md.

/// What a value is, and by that its C++ type: kString and kBlob std::string (SharedBytes if shared), kInteger
/// std::int32_t, kLong std::int64_t, kDouble double, kBoolean bool, kTimestamp WallTime, kList std::vector,
/// kMap std::map<std::string, T>, kStructure a generated struct.
enum class Kind : std::uint8_t {
    kString,
    kBlob,
    kInteger,
    kLong,
    kDouble,
    kBoolean,
    kTimestamp,
    kList,
    kMap,
    kStructure
};

/// Where a member travels in a REST protocol. kHeaders: a map, whose entries are the headers that begin with
/// the member's location_name.
enum class Location : std::uint8_t { kBody, kUri, kQueryString, kHeader, kHeaders, kStatusCode };

struct Shape;
class Pattern;

/// A member of a structure.
struct Member {
    std::string_view name;  ///< in JSON, and in the query protocol's requests unless xml_name differs
    const Shape* shape;
    bool required = false;
    Location location = Location::kBody;
    std::string_view location_name;  ///< of the header or query parameter or path label
    std::string_view xml_name;       ///< in the query protocol and in XML
    bool xml_attribute = false;      ///< of its structure's element, in XML
    /// The value within its structure; nullptr when an optional member is absent.
    const void* (*get)(const void* structure);
    /// The value, made present.
    void* (*make)(void* structure);
};

struct ListAccess {
    std::size_t (*size)(const void* list);
    const void* (*at)(const void* list, std::size_t index);
    /// Appends a default element; earlier elements may move.
    void* (*append)(void* list);
};

struct MapAccess {
    std::size_t (*size)(const void* map);
    void (*each)(const void* map, void* state,
                 void (*visit)(void* state, const std::string& key, const void* value));
    /// The key's value, made present; stays where it is.
    void* (*at)(void* map, std::string key);
};

struct StructureAccess {
    void* (*create)();
    void (*destroy)(void* structure);
};

/// Limits on a value. Lengths are characters of a string, bytes of a blob, elements of a list or map.
struct Constraints {
    std::optional<std::int64_t> min;
    std::optional<std::int64_t> max;
    const Pattern* pattern = nullptr;
    std::span<const std::string_view> values;  ///< an enum's values; empty when it is none
};

struct Shape {
    std::string_view name;
    Kind kind;
    Constraints constraints;
    bool shared = false;  ///< kBlob, of answers only: SharedBytes, encoded from where they lie
    // kStructure
    std::span<const Member> members;
    const Member* payload = nullptr;  ///< the member that alone makes the body of a REST message
    const StructureAccess* structure = nullptr;
    std::string_view xml_root;    ///< what the element of an answer is called in the REST-XML protocol
    std::string_view xml_prefix;  ///< a namespace that its attributes stand in: "xsi"
    std::string_view xml_prefix_uri;
    // kList and kMap: the elements, or the values
    const Shape* element = nullptr;
    const ListAccess* list = nullptr;
    const MapAccess* map = nullptr;
    const Shape* key = nullptr;
    // How the query protocol, and XML, writes a list or map.
    bool flattened = false;
    std::string_view xml_item = "member";
    std::string_view xml_key = "key";
    std::string_view xml_value = "value";
};

/// Of a kBlob.
[[nodiscard]] inline std::string_view blob_view(const Shape& shape, const void* value) {
    return shape.shared ? static_cast<const SharedBytes*>(value)->view()
                        : *static_cast<const std::string*>(value);
}

}  // namespace millrace::aws
