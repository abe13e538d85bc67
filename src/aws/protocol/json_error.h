#pragma once

#include <string>

#include "aws/error.h"
#include "aws/model/service_model.h"

namespace millrace::aws {

/// An error's body in the JSON protocols: {"__type":"ResourceNotFoundException","message":"..."}. The service
/// may be nullptr when none was recognised.
[[nodiscard]] std::string json_error_body(const ServiceModel* service, const ServiceError& error);

/// In REST protocols, where the error's name travels in a header: {"Type":"User","Message":"..."}.
[[nodiscard]] std::string rest_json_error_body(const ServiceModel* service, const ServiceError& error);

/// "com.amazonaws.sqs#QueueDoesNotExist", or the bare code where the service has no namespace.
[[nodiscard]] std::string qualified_error_code(const ServiceModel* service, const ServiceError& error);

}  // namespace millrace::aws
