#include <fmt/format.h>

#include "aws/protocol/parameters.h"
#include "aws/protocol/query.h"
#include "aws/protocol/text_value.h"

namespace millrace::aws {

namespace {

class Decoder {
  public:
    Decoder(const Parameters& parameters, Violations& violations)
        : parameters_(parameters), violations_(violations) {}

    /// `prefix` ends in a dot, or is empty.
    Outcome<void> structure(const std::string& prefix, const Shape& shape, void* target, const Path& path) {
        for (const Member& member : shape.members) {
            const std::string name = prefix + std::string(member.xml_name);
            if (!parameters_.contains(name)) {
                if (is_empty_list(prefix, member)) {
                    member.make(target);
                    continue;
                }
                if (member.required) violations_.add_missing(Path(path, member));
                continue;
            }
            if (auto done = decode(name, *member.shape, member.make(target), Path(path, member)); !done)
                return done;
        }
        return {};
    }

  private:
    /// Old botocore writes an empty flattened list by the member's own name: "Entries=" where its items are
    /// "SendMessageBatchRequestEntry.1".
    [[nodiscard]] bool is_empty_list(const std::string& prefix, const Member& member) const {
        if (member.shape->kind != Kind::kList) return false;
        const std::string* text = parameters_.find(prefix + std::string(member.name));
        return text != nullptr && text->empty();
    }

    Outcome<void> decode(const std::string& name, const Shape& shape, void* target, const Path& path) {
        switch (shape.kind) {
            case Kind::kList:
                return list(name, shape, target, path);
            case Kind::kMap:
                return map(name, shape, target, path);
            case Kind::kStructure:
                return structure(name + '.', shape, target, path);
            default:
                break;
        }
        const std::string* text = parameters_.find(name);
        if (text == nullptr) {  // only "name.something" was sent
            violations_.add_missing(path);
            return {};
        }
        return parse_scalar(*text, shape, target);
    }

    /// Without members, as "Tags=", the list is empty. "AttributeName=All" is a flattened one with one
    /// member, as the samples of SQS's documentation have it.
    Outcome<void> list(const std::string& name, const Shape& shape, void* target, const Path& path) {
        const std::string items = shape.flattened ? name : fmt::format("{}.{}", name, shape.xml_item);
        const std::string* only = shape.flattened ? parameters_.find(items) : nullptr;
        if (only != nullptr && !only->empty())
            return decode(items, *shape.element, shape.list->append(target), Path(path, std::size_t{0}));
        std::size_t index = 0;
        for (const std::uint32_t number : parameters_.indices(items)) {
            const Path item_path(path, index++);
            void* place = shape.list->append(target);
            if (auto done = decode(fmt::format("{}.{}", items, number), *shape.element, place, item_path);
                !done) {
                return done;
            }
        }
        return {};
    }

    /// Likewise "Attribute.Name=...&Attribute.Value=...".
    Outcome<void> map(const std::string& name, const Shape& shape, void* target, const Path& path) {
        const std::string entries = shape.flattened ? name : name + ".entry";
        if (shape.flattened && parameters_.contains(fmt::format("{}.{}", entries, shape.xml_key)))
            return entry(entries, shape, target, path);
        for (const std::uint32_t number : parameters_.indices(entries)) {
            if (auto done = entry(fmt::format("{}.{}", entries, number), shape, target, path); !done)
                return done;
        }
        return {};
    }

    Outcome<void> entry(const std::string& name, const Shape& shape, void* target, const Path& path) {
        const std::string* key = parameters_.find(fmt::format("{}.{}", name, shape.xml_key));
        const std::string value = fmt::format("{}.{}", name, shape.xml_value);
        if (key == nullptr || !parameters_.contains(value)) {
            violations_.add_missing(path);
            return {};
        }
        void* place = shape.map->at(target, *key);
        return decode(value, *shape.element, place, Path(path, std::string_view(*key)));
    }

    const Parameters& parameters_;
    Violations& violations_;
};

}  // namespace

Outcome<void> decode_query(const codec::Form& form, const Shape& shape, void* structure,
                           Violations& violations) {
    const Parameters parameters(form);
    return Decoder(parameters, violations).structure("", shape, structure, Path());
}

}  // namespace millrace::aws
