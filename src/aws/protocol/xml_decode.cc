#include "aws/protocol/xml_decode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "aws/protocol/text_value.h"
#include "codec/xml_tree.h"

namespace millrace::aws {

namespace {

using codec::XmlElement;

std::unexpected<ServiceError> malformed() {
    return std::unexpected(ServiceError{
        .code = "MalformedXML",
        .message =
            "The XML you provided was not well-formed or did not validate against our published schema"});
}

std::string_view local_name(std::string_view name) {
    return name.substr(name.find(':') + 1);
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Outcome<void> decode_value(const XmlElement& element, const Shape& shape, void* target);

Outcome<void> decode_items(const XmlElement& parent, const Shape& shape, void* list) {
    for (const XmlElement& child : parent.children) {
        if (local_name(child.name) != shape.xml_item) return malformed();
        void* item = shape.list->append(list);
        if (auto done = decode_value(child, *shape.element, item); !done) return done;
    }
    return {};
}

const Member* find_member(const Shape& shape, std::string_view name) {
    const auto member = std::ranges::find_if(shape.members, [&](const Member& candidate) {
        return candidate.location == Location::kBody && !candidate.xml_attribute &&
               candidate.xml_name == name;
    });
    return member == shape.members.end() ? nullptr : &*member;
}

Outcome<void> decode_attributes(const XmlElement& element, const Shape& shape, void* structure) {
    for (const Member& member : shape.members) {
        if (!member.xml_attribute) continue;
        for (const auto& [name, value] : element.attributes) {
            if (name != member.xml_name) continue;
            if (auto done = parse_scalar(value, *member.shape, member.make(structure)); !done) return done;
        }
    }
    return {};
}

Outcome<void> decode_structure(const XmlElement& element, const Shape& shape, void* structure) {
    if (!is_blank(element.text)) return malformed();
    std::vector<const Member*> seen;
    for (const XmlElement& child : element.children) {
        const Member* member = find_member(shape, local_name(child.name));
        if (member == nullptr) return malformed();
        const bool again = std::ranges::find(seen, member) != seen.end();
        const bool flattened = member->shape->kind == Kind::kList && member->shape->flattened;
        if (again && !flattened) return malformed();
        if (!again) seen.push_back(member);
        void* target = member->make(structure);
        if (flattened) {
            void* item = member->shape->list->append(target);
            if (auto done = decode_value(child, *member->shape->element, item); !done) return done;
        } else if (auto done = decode_value(child, *member->shape, target); !done) {
            return done;
        }
    }
    for (const Member& member : shape.members) {
        const bool missing = member.location == Location::kBody && member.required && !member.xml_attribute &&
                             std::ranges::find(seen, &member) == seen.end();
        if (missing) return malformed();
    }
    return decode_attributes(element, shape, structure);
}

Outcome<void> decode_value(const XmlElement& element, const Shape& shape, void* target) {
    if (shape.kind == Kind::kStructure) return decode_structure(element, shape, target);
    if (shape.kind == Kind::kList) {
        if (!is_blank(element.text)) return malformed();
        return decode_items(element, shape, target);
    }
    if (!element.children.empty() || !parse_scalar(element.text, shape, target)) return malformed();
    return {};
}

}  // namespace

Outcome<void> decode_xml(std::string_view text, const Shape& shape, void* structure) {
    const auto root = codec::parse_xml(text);
    if (!root) return malformed();
    return decode_value(*root, shape, structure);
}

}  // namespace millrace::aws
