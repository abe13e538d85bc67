#include "aws/protocol/rest_json.h"

#include "aws/protocol/json.h"
#include "aws/protocol/rest_parts.h"

namespace millrace::aws {

namespace {

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

}  // namespace

Outcome<void> decode_rest_json(const http::Request& request, const PathLabels& labels,
                               const codec::Form& query, const Shape& shape, void* structure,
                               Violations& violations) {
    if (auto done = decode_rest_parts(request, labels, query, shape, structure, violations); !done)
        return done;
    // A request whose model has no body may carry one (as {} or form data); nobody reads it.
    if (!has_body_member(shape)) return {};
    return decode_body(request.body, shape, structure, violations);
}

http::Response encode_rest_json(const OperationModel& operation, const void* output) {
    http::Response response{.status = operation.http.status, .headers = {}, .body = {}};
    if (operation.output == nullptr) return response;
    encode_rest_parts(*operation.output, output, response);
    if (has_body_member(*operation.output)) encode_body(*operation.output, output, response);
    return response;
}

}  // namespace millrace::aws
