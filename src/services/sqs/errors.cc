#include "services/sqs/errors.h"

#include <fmt/format.h>

#include "api/sqs.h"

namespace millrace::sqs {

aws::ServiceError no_such_queue() {
    auto error = api::sqs::queue_does_not_exist("The specified queue does not exist.");
    error.query_message = "The specified queue does not exist for this wsdl version.";
    return error;
}

aws::ServiceError unknown_attribute(std::string_view name) {
    return api::sqs::invalid_attribute_name(fmt::format("Unknown Attribute {}.", name));
}

aws::ServiceError invalid_attribute(std::string_view name) {
    return api::sqs::invalid_attribute_value(fmt::format("Invalid value for the parameter {}.", name));
}

aws::ServiceError malformed_receipt_handle(std::string_view handle) {
    return api::sqs::receipt_handle_is_invalid(
        fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", handle));
}

aws::ServiceError expired_receipt_handle(std::string_view handle) {
    return invalid_parameter(handle, "ReceiptHandle", "The receipt handle has expired.");
}

aws::ServiceError missing_parameter(std::string_view name) {
    return {.code = "MissingRequiredParameterException",
            .message = fmt::format("The request must contain the parameter {}.", name),
            .query_code = "MissingParameter"};
}

aws::ServiceError empty_body_in_batch(std::size_t place) {
    return {.code = "EmptyValue",
            .message = fmt::format("No Value Found for SendMessageBatchRequestEntry.{}.MessageBody.", place)};
}

aws::ServiceError invalid_parameter(std::string_view value, std::string_view parameter,
                                    std::string_view reason) {
    return invalid_parameter(
        fmt::format("Value {} for parameter {} is invalid. Reason: {}", value, parameter, reason));
}

aws::ServiceError invalid_parameter(std::string_view message) {
    return api::sqs::invalid_parameter_value_exception(std::string(message));
}

}  // namespace millrace::sqs
