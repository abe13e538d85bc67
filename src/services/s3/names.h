#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::s3 {

/// The rules for general purpose buckets: 3 to 63 of a-z, 0-9, '-' and '.', beginning and ending with a
/// letter or digit, no two dots side by side, no IPv4 address, none of AWS's own beginnings and ends.
[[nodiscard]] bool is_bucket_name(std::string_view name);

/// KeyTooLongError; InvalidURI for a key that is not UTF-8.
[[nodiscard]] aws::Outcome<void> check_key(std::string_view key);

/// The canonical user id of an account: 64 hexadecimal digits, always the same.
[[nodiscard]] std::string canonical_user(std::string_view account);

}  // namespace millrace::s3
