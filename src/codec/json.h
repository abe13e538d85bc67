#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::codec {

/// JSON documents: catalog values, templates, policies, filter criteria. Not for requests and responses:
/// those are decoded by aws/protocol and written with JsonWriter (codec/json_writer.h).
using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

/// Deeper documents are refused, so that no walk over one can exhaust the stack.
inline constexpr std::size_t kJsonDepthMax = 128;

/// RFC 8259, strictly: one value, well-formed UTF-8, nothing after it but white space. Of equal keys the last
/// one wins. Integers beyond 64 bits become doubles. The error's message ends in "(line 3, column 5)".
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// Compact, keys in the object's order. A double keeps a fraction or an exponent ("1.0"), so that it stays
/// one when read again.
[[nodiscard]] std::string to_json(const Json& value);

/// Two spaces an indent, for people.
[[nodiscard]] std::string to_pretty_json(const Json& value);

}  // namespace millrace::codec
