#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace millrace::codec {

/// Deeper documents are refused.
inline constexpr int kXmlDepthMax = 64;

struct XmlElement {
    std::string name;  ///< with its prefix, as written
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text;  ///< all that stands between the children
    std::vector<XmlElement> children;
};

/// The root element of a document. Comments, the declaration and other processing instructions are skipped;
/// document types, and by that entities of one's own, are refused, as is CDATA.
[[nodiscard]] Result<XmlElement> parse_xml(std::string_view text);

}  // namespace millrace::codec
