#pragma once

#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/registry.h"
#include "aws/stream_answer.h"
#include "http/message.h"

namespace millrace::aws {

/// An output as the protocol's response, with content type and request id.
[[nodiscard]] http::Response make_response(Protocol protocol, const OperationModel& operation,
                                           const void* output, std::string_view request_id);

/// An output whose body comes piece by piece, in a REST protocol.
[[nodiscard]] http::Response make_response(Protocol protocol, const OperationModel& operation, AnyBody answer,
                                           std::string_view request_id);

/// An event stream as the response, the same for all protocols.
[[nodiscard]] http::Response make_response(Protocol protocol, const OperationModel& operation,
                                           StreamAnswer answer, std::string_view request_id);

/// An error as the protocol's response. The service is nullptr when none was recognised.
[[nodiscard]] http::Response make_error_response(Protocol protocol, const ServiceModel* service,
                                                 const ServiceError& error, std::string_view request_id);

}  // namespace millrace::aws
