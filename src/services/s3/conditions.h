#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "services/s3/object.h"

namespace millrace::s3 {

/// What must hold for an object to be read (RFC 9110, section 13).
struct ReadConditions {
    std::optional<std::string> if_match;
    std::optional<WallTime> if_unmodified_since;
    std::optional<std::string> if_none_match;
    std::optional<WallTime> if_modified_since;
};

/// PreconditionFailed, and for if_none_match and if_modified_since NotModified (304), or PreconditionFailed
/// as well of the source of a copy.
[[nodiscard]] aws::Outcome<void> check_read(const ReadConditions& conditions, const ObjectVersion& version,
                                            bool of_copy = false);

/// If-Match and If-None-Match of a write: `newest` is what the key has (nullptr, or a delete marker:
/// nothing). PreconditionFailed, NoSuchKey where If-Match finds nothing, NotImplemented for an If-None-Match
/// but "*".
[[nodiscard]] aws::Outcome<void> check_write(const std::optional<std::string>& if_match,
                                             const std::optional<std::string>& if_none_match,
                                             const ObjectVersion* newest, const std::string& key);

/// Whether a list of entity tags ('"a", W/"b"' or '*') has this one.
[[nodiscard]] bool names_etag(std::string_view list, std::string_view etag);

}  // namespace millrace::s3
