#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "aws/error.h"
#include "services/s3/buckets.h"
#include "services/s3/conditions.h"

namespace millrace::s3 {

/// What x-amz-copy-source names: "/bucket/key?versionId=...", percent-encoded, the first slash being
/// optional.
struct CopySource {
    std::string bucket;
    std::string key;
    std::optional<std::string> version_id = std::nullopt;
    friend bool operator==(const CopySource&, const CopySource&) = default;
};

/// InvalidArgument.
[[nodiscard]] aws::Outcome<CopySource> read_copy_source(std::string_view header);

/// The version that is meant, if the conditions hold. As find_version(), but InvalidRequest for a delete
/// marker named by its id.
[[nodiscard]] aws::Outcome<const ObjectVersion*> find_source(const Buckets& buckets, std::string_view account,
                                                             const CopySource& source,
                                                             const ReadConditions& conditions);

template <class Input>
[[nodiscard]] ReadConditions source_conditions(const Input& input) {
    return {.if_match = input.copy_source_if_match,
            .if_unmodified_since = input.copy_source_if_unmodified_since,
            .if_none_match = input.copy_source_if_none_match,
            .if_modified_since = input.copy_source_if_modified_since};
}

}  // namespace millrace::s3
