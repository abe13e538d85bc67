#pragma once

#include <string_view>

#include "base/error.h"
#include "codec/json.h"
#include "codec/place_map.h"

namespace millrace::codec {

/// Larger templates are refused (CloudFormation's own limit is 1 MB).
inline constexpr std::size_t kYamlBytesMax = 4 * 1024 * 1024;
/// Bound on a document's memory with its aliases written out (a few lines can ask for billions of values).
inline constexpr std::size_t kYamlExpandedBytesMax = 64 * 1024 * 1024;

struct YamlDocument {
    Json value;
    PlaceMap places;
    [[nodiscard]] TextPosition position_of(std::string_view json_pointer) const {
        return places.find(json_pointer);
    }
    [[nodiscard]] std::size_t line_of(std::string_view json_pointer) const {
        return places.find(json_pointer).line;
    }
};

/// Reads a template, YAML or JSON, as CloudFormation does:
/// - Short tags are written out: `!Ref x` is {"Ref": "x"}, `!GetAtt a.b` is {"Fn::GetAtt": ["a", "b"]},
///   `!Sub` and the other functions are {"Fn::Sub": ...}. Other tags are refused.
/// - Quoted scalars are strings. Plain ones are null, true (yes, on), false (no, off), or a number only if
///   the number's text would be the same again: 2010-09-09, 012, 1.10, y and 0x1F stay strings.
/// - Keys are strings, as they are written, and may not repeat. Anchors and aliases work, merge keys (<<)
///   do not. One document.
/// - What is JSON but for trailing commas is refused, though YAML has them.
/// Errors are kInvalidArgument, in CloudFormation's words with the reason behind them:
/// "YAML not well-formed. (line 3, column 5): unknown tag !Reff".
[[nodiscard]] Result<YamlDocument> parse_yaml_document(std::string_view text);

/// The value alone.
[[nodiscard]] Result<Json> parse_yaml(std::string_view text);

}  // namespace millrace::codec
