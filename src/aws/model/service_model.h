#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/shape.h"

namespace millrace::aws {

enum class Protocol : std::uint8_t { kJson10, kJson11, kQuery, kRestJson, kCbor11, kRpcV2Cbor, kRestXml };

struct ServiceModel;

/// How an operation of a REST protocol is reached. Path: "/2015-03-31/functions/{FunctionName}".
struct HttpBinding {
    std::string_view method;
    std::string_view path;
    int status = 200;
};

/// What may follow an operation's output on the wire, any number of times.
struct EventModel {
    std::string_view name;
    const Shape* shape;  ///< a structure
};

struct OperationModel {
    std::string_view name;
    const ServiceModel* service;
    const Shape* input;                       ///< nullptr when the operation takes nothing
    const Shape* output;                      ///< nullptr when it answers nothing
    HttpBinding http;                         ///< method is empty where no REST protocol is spoken
    std::span<const EventModel> events = {};  ///< not empty: the answer is an event stream
};

/// An operation of AWS's that Millrace does not offer: known by name, to say so clearly.
struct AbsentOperation {
    std::string_view name;
    HttpBinding http;
};

struct ErrorModel {
    std::string_view code;  ///< the shape's name
    int status = 400;
    std::string_view query_code;                  ///< empty where it is the shape's name
    std::string_view message_member = "message";  ///< what a REST error body calls the message
    bool sender_fault = true;
};

/// How a service words what is wrong with an input.
enum class ValidationStyle : std::uint8_t {
    kConstraints,  ///< "1 validation error detected: Value ... failed to satisfy constraint: ..."
    kParameters,   ///< SQS: "The request must contain the parameter X."; all other checks are the operation's
};

struct ServiceModel {
    std::string_view name;  ///< "kinesis": the model's file
    std::span<const Protocol> protocols;
    std::string_view target_prefix;  ///< of X-Amz-Target, without the dot; in RPC v2 part of the path
    std::string_view signing_name;
    std::string_view api_version;  ///< the query protocol's Version parameter
    std::string_view xml_namespace;
    std::string_view error_namespace;  ///< "com.amazonaws.sqs" before '#' in __type; empty for the bare code
    bool error_detail = false;         ///< <Detail/> stands behind the message of a query error
    ValidationStyle validation = ValidationStyle::kConstraints;
    std::string_view validation_code = "ValidationException";
    std::string_view validation_query_code;
    std::span<const OperationModel* const> operations;
    std::span<const AbsentOperation> absent;
    std::span<const ErrorModel> errors;

    [[nodiscard]] bool speaks(Protocol protocol) const;
    /// The error of that code (a shape's name), or nullptr.
    [[nodiscard]] const ErrorModel* find_error(std::string_view code) const;
};

[[nodiscard]] ServiceError make_error(const ErrorModel& model, std::string message);

}  // namespace millrace::aws
