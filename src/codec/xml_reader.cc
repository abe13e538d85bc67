#include "codec/xml_reader.h"

#include <utility>

#include "codec/xml_tree.h"

namespace millrace::codec {
namespace {

constexpr std::string_view kMember = "member";

Json to_value(XmlElement element) {
    JsonObject members;
    JsonArray list;
    for (XmlElement& child : element.children) {
        const bool in_list = child.name == kMember;
        std::string name = child.name;
        Json value = to_value(std::move(child));
        if (in_list) {
            list.push_back(std::move(value));
        } else {
            members[name] = std::move(value);
        }
    }
    if (!list.empty()) return Json(std::move(list));
    if (!members.empty()) return Json(std::move(members));
    return Json(element.text);
}

}  // namespace

Result<Json> read_xml(std::string_view text) {
    auto root = parse_xml(text);
    if (!root) return std::unexpected(std::move(root.error()));
    return to_value(std::move(*root));
}

}  // namespace millrace::codec
