#include "aws/protocol/rest_parts.h"

#include <algorithm>

#include "aws/protocol/text_value.h"
#include "base/ascii.h"

namespace millrace::aws {

namespace {

class PartsDecoder {
  public:
    PartsDecoder(const http::Request& request, const PathLabels& labels, const codec::Form& query)
        : request_(request), labels_(labels), query_(query) {}

    Outcome<void> decode(const Member& member, void* structure, Violations& violations) {
        if (member.location == Location::kHeaders) return decode_prefixed(member, structure);
        if (member.shape->kind == Kind::kList) return decode_list(member, structure);
        const std::string* text = find(member);
        if (text == nullptr) {
            if (member.required) violations.add_missing(Path(Path(), member));
            return {};
        }
        return parse_scalar(*text, *member.shape, member.make(structure));
    }

  private:
    const std::string* find(const Member& member) const {
        if (member.location == Location::kHeader) return request_.headers.find(member.location_name);
        if (member.location == Location::kUri) {
            const auto label = labels_.find(member.location_name);
            return label == labels_.end() ? nullptr : &label->second;
        }
        const auto entry = std::ranges::find(query_, member.location_name, &codec::Form::value_type::first);
        return entry == query_.end() ? nullptr : &entry->second;
    }

    Outcome<void> decode_list(const Member& member, void* structure) {
        if (member.location == Location::kHeader) return decode_header_list(member, structure);
        for (const auto& [name, value] : query_) {
            if (name != member.location_name) continue;
            void* element = member.shape->list->append(member.make(structure));
            if (auto done = parse_scalar(value, *member.shape->element, element); !done) return done;
        }
        return {};
    }

    /// "a, b" or the same in several fields.
    Outcome<void> decode_header_list(const Member& member, void* structure) {
        for (const auto& [name, value] : request_.headers) {
            if (!equal_ignoring_case(name, member.location_name)) continue;
            std::string_view rest = value;
            while (!rest.empty()) {
                const std::size_t comma = std::min(rest.find(','), rest.size());
                std::string_view item = rest.substr(0, comma);
                rest.remove_prefix(std::min(comma + 1, rest.size()));
                while (item.starts_with(' ')) item.remove_prefix(1);
                while (item.ends_with(' ')) item.remove_suffix(1);
                void* element = member.shape->list->append(member.make(structure));
                if (auto done = parse_scalar(item, *member.shape->element, element); !done) return done;
            }
        }
        return {};
    }

    /// Names are told in lower case, as clients get them back; of two equal ones the values are joined.
    Outcome<void> decode_prefixed(const Member& member, void* structure) {
        const std::string_view prefix = member.location_name;
        for (const auto& [name, value] : request_.headers) {
            if (name.size() <= prefix.size() || !starts_with_ignoring_case(name, prefix)) continue;
            const std::string key = to_lower(name.substr(prefix.size()));
            auto& text = *static_cast<std::string*>(member.shape->map->at(member.make(structure), key));
            text += (text.empty() ? "" : ",") + value;
        }
        return {};
    }

    const http::Request& request_;
    const PathLabels& labels_;
    const codec::Form& query_;
};

void encode_header(const Member& member, const void* value, http::Response& response) {
    response.headers.add(std::string(member.location_name),
                         format_scalar(*member.shape, value, TimestampText::kHttpDate));
}

void encode_prefixed(const Member& member, const void* map, http::Response& response) {
    struct Walk {
        std::string_view prefix;
        http::Response& response;
    } walk{member.location_name, response};
    member.shape->map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
        auto& [prefix, out] = *static_cast<Walk*>(state);
        out.headers.add(std::string(prefix) + key, *static_cast<const std::string*>(value));
    });
}

}  // namespace

Outcome<void> decode_rest_parts(const http::Request& request, const PathLabels& labels,
                                const codec::Form& query, const Shape& shape, void* structure,
                                Violations& violations) {
    PartsDecoder decoder(request, labels, query);
    for (const Member& member : shape.members) {
        if (member.location == Location::kBody) continue;
        if (auto done = decoder.decode(member, structure, violations); !done) return done;
    }
    return {};
}

void encode_rest_parts(const Shape& shape, const void* output, http::Response& response) {
    for (const Member& member : shape.members) {
        const void* value = member.get(output);
        if (value == nullptr) continue;
        if (member.location == Location::kHeader) encode_header(member, value, response);
        if (member.location == Location::kHeaders) encode_prefixed(member, value, response);
        if (member.location == Location::kStatusCode)
            response.status = *static_cast<const std::int32_t*>(value);
    }
}

bool has_body_member(const Shape& shape) {
    return std::ranges::any_of(shape.members,
                               [](const Member& member) { return member.location == Location::kBody; });
}

}  // namespace millrace::aws
