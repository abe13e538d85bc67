#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "codec/timestamp.h"
#include "services/s3/checksums.h"
#include "services/s3/conditions.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/target.h"
#include "services/s3/range.h"

namespace millrace::s3 {

// What GetObject and HeadObject have in common: all but the bytes.

/// Which bytes a request means: a range, a part, or all. InvalidRange, InvalidPartNumber.
[[nodiscard]] aws::Outcome<RangeAnswer> choose_range(const ObjectVersion& version,
                                                     const std::optional<std::string>& range,
                                                     std::optional<std::int32_t> part_number);

/// "bytes 0-4/10"
[[nodiscard]] std::string content_range(const ByteRange& range, std::uint64_t object_bytes);

template <class Input, class Output>
[[nodiscard]] Output describe_object(const Bucket& bucket, const ObjectVersion& version, const Input& input,
                                     const RangeAnswer& range) {
    const Description& description = version.description;
    const auto told = [&](const std::optional<std::string>& instead, const char* name) {
        return instead ? instead : told_header(description, name);
    };
    Output output;
    output.accept_ranges = "bytes";
    output.last_modified = version.modified;
    output.e_tag = quoted(version.etag);
    output.version_id = told_version(bucket, version);
    output.cache_control = told(input.response_cache_control, kCacheControl);
    output.content_disposition = told(input.response_content_disposition, kContentDisposition);
    output.content_encoding = told(input.response_content_encoding, kContentEncoding);
    output.content_language = told(input.response_content_language, kContentLanguage);
    output.content_type = told(input.response_content_type, kContentType).value_or(kDefaultContentType);
    output.expires = told_header(description, kExpires);
    if (input.response_expires) output.expires = codec::format_http_date(*input.response_expires);
    output.storage_class = told_header(description, kStorageClass);
    if (output.storage_class == kDefaultStorageClass) output.storage_class.reset();
    tell_encryption(description, output);
    output.metadata = description.metadata;
    if (!description.tags.empty()) output.tag_count = static_cast<std::int32_t>(description.tags.size());
    if (range.fit == RangeFit::kPart) output.content_range = content_range(range.range, version.bytes);
    if (input.part_number && !version.part_bytes.empty())
        output.parts_count = static_cast<std::int32_t>(version.part_bytes.size());
    if (input.checksum_mode && range.range.bytes == version.bytes) {
        checksum_member(output, version.checksum.kind) = version.checksum.value;
        output.checksum_type = checksum_type(version.checksum);
    }
    return output;
}

template <class Input>
[[nodiscard]] ReadConditions read_conditions(const Input& input) {
    return {.if_match = input.if_match,
            .if_unmodified_since = input.if_unmodified_since,
            .if_none_match = input.if_none_match,
            .if_modified_since = input.if_modified_since};
}

}  // namespace millrace::s3
