#include "aws/protocol/rest_xml.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "aws/protocol/aws_chunked.h"
#include "aws/protocol/rest_parts.h"
#include "aws/protocol/text_value.h"
#include "aws/protocol/xml_decode.h"
#include "aws/protocol/xml_encode.h"
#include "base/ascii.h"
#include "codec/base64.h"
#include "codec/checksum.h"

namespace millrace::aws {

namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Headers of every request, whatever the operation.
constexpr std::array<std::string_view, 12> kHeadersOfAll{"x-amz-content-sha256",
                                                         "x-amz-date",
                                                         "x-amz-decoded-content-length",
                                                         "x-amz-expected-bucket-owner",
                                                         "x-amz-request-payer",
                                                         "x-amz-sdk-checksum-algorithm",
                                                         "x-amz-security-token",
                                                         "x-amz-te",
                                                         "x-amz-trailer",
                                                         "x-amz-user-agent",
                                                         "x-amz-s3session-token",
                                                         "x-amz-client-request-id"};

bool is_known_header(std::string_view name, const Shape& shape) {
    const auto same = [name](std::string_view other) { return equal_ignoring_case(name, other); };
    if (std::ranges::any_of(kHeadersOfAll, same)) return true;
    return std::ranges::any_of(shape.members, [&](const Member& member) {
        if (member.location == Location::kHeaders)
            return starts_with_ignoring_case(name, member.location_name);
        return member.location == Location::kHeader && same(member.location_name);
    });
}

Outcome<void> refuse_unknown_headers(const http::Headers& headers, const Shape& shape, bool checks_body) {
    for (const auto& [name, value] : headers) {
        if (!starts_with_ignoring_case(name, "x-amz-") || is_known_header(name, shape)) continue;
        if (checks_body && starts_with_ignoring_case(name, "x-amz-checksum-")) continue;
        return std::unexpected(
            ServiceError{.code = "NotImplemented",
                         .message = "A header you provided implies functionality that is not implemented",
                         .http_status = 501,
                         .details = {{"Header", name}}});
    }
    return {};
}

std::unexpected<ServiceError> bad_digest(std::string_view name) {
    return std::unexpected(ServiceError{
        .code = "BadDigest",
        .message = fmt::format("The {} you specified did not match the calculated checksum.", name)});
}

/// Of a body that is small and here.
Outcome<void> verify_body(const http::Request& request) {
    if (const std::string* md5 = request.headers.find("Content-MD5")) {
        if (*md5 != codec::base64_encode(codec::checksum(codec::ChecksumKind::kMd5, request.body)))
            return bad_digest("Content-MD5");
    }
    for (const codec::ChecksumKind kind : codec::kChecksumKinds) {
        const std::string name = fmt::format("x-amz-checksum-{}", codec::checksum_name(kind));
        const std::string* sum = request.headers.find(name);
        if (sum != nullptr && *sum != codec::base64_encode(codec::checksum(kind, request.body)))
            return bad_digest(codec::checksum_title(kind));
    }
    return {};
}

bool is_bytes(const Shape& shape) {
    return shape.kind == Kind::kBlob || shape.kind == Kind::kString;
}

Outcome<void> decode_body(std::string& body, const Shape& shape, void* structure) {
    const Member* payload = shape.payload;
    if (payload == nullptr) return body.empty() ? Outcome<void>{} : decode_xml(body, shape, structure);
    if (is_bytes(*payload->shape)) {
        *static_cast<std::string*>(payload->make(structure)) = std::move(body);
        return {};
    }
    if (!body.empty()) return decode_xml(body, *payload->shape, payload->make(structure));
    if (!payload->required) return {};
    return std::unexpected(
        ServiceError{.code = "MissingRequestBodyError", .message = "Request Body is empty"});
}

bool is_object_body(const Shape& shape) {
    return shape.payload != nullptr && shape.payload->shape->kind == Kind::kBlob;
}

/// Members that are in the body and are no attributes of it.
std::vector<const Member*> body_members(const Shape& shape) {
    std::vector<const Member*> members;
    for (const Member& member : shape.members) {
        if (member.location == Location::kBody) members.push_back(&member);
    }
    return members;
}

void begin_root(codec::XmlWriter& writer, std::string_view name) {
    writer.begin(name, kNamespace);
}

void encode_document(const Shape& shape, const void* output, std::string& out) {
    out = kDeclaration;
    codec::XmlWriter writer(out);
    begin_root(writer, shape.xml_root.empty() ? shape.name : shape.xml_root);
    const std::vector<const Member*> members = body_members(shape);
    // GetBucketLocation's answer is a member that is the root itself.
    if (members.size() == 1 && members.front()->xml_name == shape.xml_root) {
        if (const void* value = members.front()->get(output))
            writer.text(format_scalar(*members.front()->shape, value));
    } else {
        encode_xml_members(writer, shape, output);
    }
    writer.end();
}

void encode_payload(const Member& payload, const void* value, http::Response& response) {
    if (is_bytes(*payload.shape)) {
        response.body = *static_cast<const std::string*>(value);
        // A text is a bucket's policy.
        if (payload.shape->kind == Kind::kString) response.headers.add("Content-Type", "application/json");
        return;
    }
    response.body = kDeclaration;
    codec::XmlWriter writer(response.body);
    begin_root(writer, payload.xml_name);
    encode_xml_members(writer, *payload.shape, value);
    writer.end();
}

struct Renamed {
    std::string_view from;
    std::string_view to;
    int status;
};
constexpr std::array<Renamed, 4> kRenamed{{{"InternalFailure", "InternalError", 500},
                                           {"ThrottlingException", "SlowDown", 503},
                                           {"SerializationException", "InvalidArgument", 400},
                                           {"UnknownOperationException", "NotImplemented", 501}}};

}  // namespace

Outcome<void> decode_rest_xml(http::Request& request, const PathLabels& labels, const codec::Form& query,
                              const Shape& shape, void* structure, Violations& violations) {
    if (auto decoded = decode_aws_chunked(request); !decoded) return decoded;
    const bool checks_body = !is_object_body(shape) && has_body_member(shape);
    if (auto good = refuse_unknown_headers(request.headers, shape, checks_body); !good) return good;
    if (auto done = decode_rest_parts(request, labels, query, shape, structure, violations); !done)
        return done;
    if (!has_body_member(shape)) return {};
    if (checks_body) {
        if (auto good = verify_body(request); !good) return good;
    }
    return decode_body(request.body, shape, structure);
}

http::Response encode_rest_xml(const OperationModel& operation, const void* output) {
    http::Response response{.status = operation.http.status, .headers = {}, .body = {}};
    const Shape* shape = operation.output;
    if (shape == nullptr) return response;
    encode_rest_parts(*shape, output, response);
    if (shape->payload == nullptr) {
        if (has_body_member(*shape)) encode_document(*shape, output, response.body);
    } else if (const void* value = shape->payload->get(output)) {
        encode_payload(*shape->payload, value, response);
    }
    return response;
}

http::Response encode_rest_xml_error(const ServiceError& error, std::string_view request_id) {
    std::string_view code = error.code;
    http::Response response{.status = error.http_status, .headers = {}, .body = {}};
    for (const Renamed& renamed : kRenamed) {
        if (renamed.from != error.code) continue;
        code = renamed.to;
        response.status = renamed.status;
    }
    if (response.status == 304) return response;
    response.body = kDeclaration;
    codec::XmlWriter writer(response.body);
    writer.begin("Error").element("Code", code).element("Message", error.message);
    for (const auto& [name, value] : error.details) writer.element(name, value);
    writer.element("RequestId", request_id).element("HostId", rest_xml_host_id(request_id)).end();
    return response;
}

std::string rest_xml_host_id(std::string_view request_id) {
    return codec::base64_encode(fmt::format("millrace {}", request_id));
}

}  // namespace millrace::aws
