#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::s3 {

// In S3's words, with the elements that S3 adds to them.
[[nodiscard]] aws::ServiceError no_such_bucket(std::string_view bucket);
[[nodiscard]] aws::ServiceError no_such_key(std::string_view key);
/// InvalidArgument for what no version is ever called.
[[nodiscard]] aws::ServiceError no_such_version(std::string_view key, std::string_view version_id);
[[nodiscard]] aws::ServiceError no_such_upload(std::string_view upload_id);
[[nodiscard]] aws::ServiceError invalid_argument(std::string message, std::string_view name,
                                                 std::string_view value);
[[nodiscard]] aws::ServiceError invalid_request(std::string message);
[[nodiscard]] aws::ServiceError malformed_xml();
[[nodiscard]] aws::ServiceError precondition_failed(std::string_view condition);
[[nodiscard]] aws::ServiceError not_modified();
[[nodiscard]] aws::ServiceError not_implemented_header(std::string_view header);
[[nodiscard]] aws::ServiceError access_denied();
/// Any other, of which only one place speaks.
[[nodiscard]] aws::ServiceError error(std::string code, std::string message, int http_status = 400);

}  // namespace millrace::s3
