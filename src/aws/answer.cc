#include "aws/answer.h"

#include <utility>

#include "aws/protocol/json.h"
#include "aws/protocol/json_error.h"
#include "aws/protocol/query.h"
#include "aws/protocol/rest_json.h"

namespace millrace::aws {

namespace {

std::string_view content_type(Protocol protocol) {
    switch (protocol) {
        case Protocol::kJson10:
            return "application/x-amz-json-1.0";
        case Protocol::kJson11:
            return "application/x-amz-json-1.1";
        case Protocol::kQuery:
            return "text/xml";
        case Protocol::kRestJson:
            return "application/json";
    }
    return "application/octet-stream";
}

http::Response finish(http::Response response, Protocol protocol, std::string_view request_id) {
    response.headers.add("x-amzn-RequestId", std::string(request_id));
    if (response.headers.find("Content-Type") == nullptr && response.status != 204) {
        response.headers.add("Content-Type", std::string(content_type(protocol)));
    }
    return response;
}

/// Clients that read SQS's errors by their old codes find them here.
std::string query_error(const ServiceError& error) {
    return std::string(query_error_code(error)) + (error.sender_fault ? ";Sender" : ";Receiver");
}

}  // namespace

http::Response make_response(Protocol protocol, const OperationModel& operation, const void* output,
                             std::string_view request_id) {
    http::Response response;
    if (protocol == Protocol::kRestJson) {
        response = encode_rest_json(operation, output);
    } else if (protocol == Protocol::kQuery) {
        response.body = encode_query_response(operation, output, request_id);
    } else if (operation.output != nullptr) {
        encode_json(response.body, *operation.output, output);
    }
    return finish(std::move(response), protocol, request_id);
}

http::Response make_response(Protocol protocol, const OperationModel&, http::StreamReader stream,
                             std::string_view request_id) {
    http::Response response{.status = 200, .headers = {}, .body = {}, .stream = std::move(stream)};
    response.headers.add("Content-Type", "application/vnd.amazon.eventstream");
    return finish(std::move(response), protocol, request_id);
}

http::Response make_error_response(Protocol protocol, const ServiceModel* service, const ServiceError& error,
                                   std::string_view request_id) {
    http::Response response{.status = error.http_status, .headers = {}, .body = {}};
    if (protocol == Protocol::kQuery) {
        response.body = encode_query_error(service, error, request_id);
        return finish(std::move(response), protocol, request_id);
    }
    response.headers.add("x-amzn-ErrorType", error.code);
    if (protocol == Protocol::kRestJson) {
        response.body = rest_json_error_body(service, error);
    } else {
        response.body = json_error_body(service, error);
        if (service != nullptr && service->speaks(Protocol::kQuery)) {
            response.headers.add("x-amzn-query-error", query_error(error));
        }
    }
    return finish(std::move(response), protocol, request_id);
}

}  // namespace millrace::aws
