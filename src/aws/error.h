#pragma once

#include <expected>
#include <map>
#include <string>

#include "base/error.h"

namespace millrace::aws {

/// An error as an AWS client sees it. The generated constructors of each API (api/<service>.h) are the usual
/// way to make one: `return api::kinesis::resource_not_found_exception("Stream x under account ... not
/// found.");`
struct ServiceError {
    std::string code;     ///< "ResourceNotFoundException": the shape's name
    std::string message;  ///< AWS's own words where AWS has them
    int http_status = 400;
    std::string query_code =
        {};  ///< the code of the query protocol where it differs: "AWS.SimpleQueueService.NonExistentQueue"
    std::string query_message = {};  ///< likewise the words, where they differ
    bool sender_fault = true;        ///< the client's mistake, not ours
    /// Members of the body besides the message, in REST protocols: {"Reason": "CallerRateLimitExceeded"}.
    std::map<std::string, std::string> details = {};
};

/// What an operation answers.
template <class Output>
using Outcome = std::expected<Output, ServiceError>;

/// The one place where our errors become AWS's: storage refusing a write is a 5xx that clients retry, and so
/// on.
[[nodiscard]] ServiceError to_service_error(const Error& error);
[[nodiscard]] Outcome<void> to_outcome(const Result<>& result);

}  // namespace millrace::aws
