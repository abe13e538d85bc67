#include "aws/protocol/rest_json.h"

#include <algorithm>

#include "aws/protocol/json.h"
#include "aws/protocol/text_value.h"

namespace millrace::aws {

namespace {

/// The parts of a request that are not the body, decoded into one structure.
class Decoder {
  public:
    Decoder(const http::Request& request, const PathLabels& labels, const codec::Form& query)
        : request_(request), labels_(labels), query_(query) {}

    Outcome<void> decode(const Member& member, void* structure, Violations& violations) {
        if (member.location == Location::kQueryString && member.shape->kind == Kind::kList) {
            return decode_list(member, structure);
        }
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
        for (const auto& [name, value] : query_) {
            if (name != member.location_name) continue;
            void* element = member.shape->list->append(member.make(structure));
            if (auto done = parse_scalar(value, *member.shape->element, element); !done) return done;
        }
        return {};
    }

    const http::Request& request_;
    const PathLabels& labels_;
    const codec::Form& query_;
};

bool is_bytes(const Shape& shape) {
    return shape.kind == Kind::kBlob || shape.kind == Kind::kString;
}

Outcome<void> decode_body(const std::string& body, const Shape& shape, void* structure,
                          Violations& violations) {
    const Member* payload = shape.payload;
    if (payload == nullptr) return decode_json(body, shape, structure, violations);
    if (body.empty()) {
        if (payload->required) violations.add_missing(Path(Path(), *payload));
        return {};
    }
    void* target = payload->make(structure);
    if (!is_bytes(*payload->shape)) return decode_json(body, *payload->shape, target, violations);
    *static_cast<std::string*>(target) = body;
    return {};
}

void encode_header(const Member& member, const void* value, http::Response& response) {
    response.headers.add(std::string(member.location_name),
                         format_scalar(*member.shape, value, TimestampText::kHttpDate));
}

void encode_body(const Shape& shape, const void* output, http::Response& response) {
    if (shape.payload == nullptr) {
        encode_json(response.body, shape, output);
    } else if (const void* value = shape.payload->get(output)) {
        if (is_bytes(*shape.payload->shape)) {
            response.body = *static_cast<const std::string*>(value);
        } else {
            encode_json(response.body, *shape.payload->shape, value);
        }
    }
}

bool has_body_member(const Shape& shape) {
    return std::ranges::any_of(shape.members,
                               [](const Member& member) { return member.location == Location::kBody; });
}

}  // namespace

Outcome<void> decode_rest_json(const http::Request& request, const PathLabels& labels,
                               const codec::Form& query, const Shape& shape, void* structure,
                               Violations& violations) {
    Decoder decoder(request, labels, query);
    for (const Member& member : shape.members) {
        if (member.location == Location::kBody) continue;
        if (auto done = decoder.decode(member, structure, violations); !done) return done;
    }
    // A request whose model has no body may carry one (as {} or form data); nobody reads it.
    if (!has_body_member(shape)) return {};
    return decode_body(request.body, shape, structure, violations);
}

http::Response encode_rest_json(const OperationModel& operation, const void* output) {
    http::Response response{.status = operation.http.status, .headers = {}, .body = {}};
    if (operation.output == nullptr) return response;
    for (const Member& member : operation.output->members) {
        const void* value = member.get(output);
        if (value == nullptr) continue;
        if (member.location == Location::kHeader) encode_header(member, value, response);
        if (member.location == Location::kStatusCode)
            response.status = *static_cast<const std::int32_t*>(value);
    }
    if (has_body_member(*operation.output)) encode_body(*operation.output, output, response);
    return response;
}

}  // namespace millrace::aws
