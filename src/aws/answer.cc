#include "aws/answer.h"

#include <utility>

#include "aws/protocol/cbor.h"
#include "aws/protocol/json.h"
#include "aws/protocol/json_error.h"
#include "aws/protocol/media_type.h"
#include "aws/protocol/query.h"
#include "aws/protocol/rest_json.h"
#include "aws/protocol/rest_xml.h"

namespace millrace::aws {

namespace {

// Of most answers, so that they grow in one step.
constexpr std::size_t kHeadersUsual = 4;
constexpr std::size_t kBodyBytesUsual = 256;

http::Response finish(http::Response response, Protocol protocol, std::string_view request_id) {
    if (protocol == Protocol::kRpcV2Cbor) response.headers.add("smithy-protocol", "rpc-v2-cbor");
    if (protocol == Protocol::kRestXml) {
        response.headers.add("x-amz-request-id", std::string(request_id));
        response.headers.add("x-amz-id-2", std::string(rest_xml_host_id(request_id)));
        if (response.body.empty()) return response;
    } else {
        response.headers.add("x-amzn-RequestId", std::string(request_id));
    }
    if (response.headers.find("Content-Type") == nullptr && response.status != 204) {
        response.headers.add("Content-Type", std::string(media_type(protocol)));
    }
    return response;
}

/// Clients that read errors by the query protocol's codes find them here.
std::string query_error(const ServiceError& error) {
    return std::string(query_error_code(error)) + (error.sender_fault ? ";Sender" : ";Receiver");
}

}  // namespace

http::Response make_response(Protocol protocol, const OperationModel& operation, const void* output,
                             std::string_view request_id) {
    http::Response response;
    response.headers.reserve(kHeadersUsual);
    response.body.reserve(kBodyBytesUsual);
    if (protocol == Protocol::kRestJson) {
        response = encode_rest_json(operation, output);
    } else if (protocol == Protocol::kRestXml) {
        response = encode_rest_xml(operation, output);
    } else if (protocol == Protocol::kQuery) {
        response.body = encode_query_response(operation, output, request_id);
    } else if (protocol == Protocol::kCbor11) {
        if (operation.output != nullptr) encode_cbor(response.body, *operation.output, output);
    } else if (protocol == Protocol::kRpcV2Cbor) {
        if (operation.output != nullptr)
            encode_cbor(response.body, *operation.output, output, CborTime::kSeconds);
    } else if (operation.output != nullptr) {
        encode_json(response.body, *operation.output, output);
    }
    return finish(std::move(response), protocol, request_id);
}

http::Response make_response(Protocol protocol, const OperationModel& operation, AnyBody answer,
                             std::string_view request_id) {
    http::Response response = encode_rest_xml(operation, answer.output);
    response.stream = std::move(answer.stream);
    response.length = answer.length;
    if (answer.status != 0) response.status = answer.status;
    return finish(std::move(response), protocol, request_id);
}

http::Response make_response(Protocol protocol, const OperationModel&, StreamAnswer answer,
                             std::string_view request_id) {
    http::Response response{.status = answer.status,
                            .headers = std::move(answer.headers),
                            .body = {},
                            .stream = std::move(answer.stream)};
    if (answer.status == 204) {
        response.stream.reset();  // it has no body, not even an empty one
    } else {
        response.headers.add("Content-Type", "application/vnd.amazon.eventstream");
    }
    return finish(std::move(response), protocol, request_id);
}

http::Response make_error_response(Protocol protocol, const ServiceModel* service, const ServiceError& error,
                                   std::string_view request_id) {
    if (protocol == Protocol::kRestXml)
        return finish(encode_rest_xml_error(error, request_id), protocol, request_id);
    http::Response response{.status = error.http_status, .headers = {}, .body = {}};
    if (protocol == Protocol::kQuery) {
        response.body = encode_query_error(service, error, request_id);
        return finish(std::move(response), protocol, request_id);
    }
    response.headers.add("x-amzn-ErrorType", error.code);
    if (protocol == Protocol::kRestJson) {
        response.body = rest_json_error_body(service, error);
    } else {
        const bool cbor = protocol == Protocol::kCbor11 || protocol == Protocol::kRpcV2Cbor;
        response.body = cbor ? cbor_error_body(service, error) : json_error_body(service, error);
        if (service != nullptr && service->speaks(Protocol::kQuery)) {
            response.headers.add("x-amzn-query-error", query_error(error));
        }
    }
    return finish(std::move(response), protocol, request_id);
}

}  // namespace millrace::aws
