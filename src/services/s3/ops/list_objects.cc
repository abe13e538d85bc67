#include <algorithm>

#include "codec/base64.h"
#include "codec/timestamp.h"
#include "codec/uri.h"
#include "services/s3/checksums.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/listing.h"
#include "services/s3/names.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/listed.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

api::s3::Object describe_listed(const ListedKey& listed, const NameEncoder& encode, const Bucket& bucket,
                                bool with_owner) {
    const ObjectVersion& version = *listed.version;
    api::s3::Object object;
    object.key = encode(*listed.key);
    object.last_modified = codec::whole_seconds(version.modified);
    object.e_tag = quoted(version.etag);
    object.checksum_algorithm = std::vector{std::string(codec::checksum_title(version.checksum.kind))};
    object.checksum_type = checksum_type(version.checksum);
    object.size = static_cast<std::int64_t>(version.bytes);
    object.storage_class = told_header(version.description, kStorageClass).value_or(kDefaultStorageClass);
    if (with_owner) object.owner = owner_of<api::s3::Owner>(canonical_user(bucket.record.account));
    return object;
}

}  // namespace

void list_objects_v1(Buckets& buckets, const aws::RequestContext& context, api::s3::ListObjects::Input input,
                     aws::Reply<api::s3::ListObjects> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto count_max = page_size(input.max_keys, "max-keys");
    if (!count_max) return reply(std::unexpected(count_max.error()));
    const Listing listing = list_objects(**bucket, {.prefix = input.prefix.value_or(""),
                                                    .delimiter = input.delimiter.value_or(""),
                                                    .after = input.marker.value_or(""),
                                                    .count_max = *count_max});
    const NameEncoder encode(input.encoding_type);
    api::s3::ListObjectsOutput output;
    output.name = input.bucket;
    output.prefix = encode(input.prefix.value_or(""));
    output.marker = encode(input.marker.value_or(""));
    output.max_keys = static_cast<std::int32_t>(*count_max);
    output.is_truncated = listing.truncated;
    output.encoding_type = input.encoding_type;
    if (input.delimiter) output.delimiter = encode(*input.delimiter);
    // Without a delimiter the client goes on behind the last key.
    if (listing.truncated && input.delimiter) output.next_marker = encode(listing.last);
    output.contents.emplace();
    for (const ListedKey& listed : listing.keys)
        output.contents->push_back(describe_listed(listed, encode, **bucket, true));
    output.common_prefixes = describe_prefixes<api::s3::CommonPrefix>(listing.common_prefixes, encode);
    reply(std::move(output));
}

void list_objects_v2(Buckets& buckets, const aws::RequestContext& context,
                     api::s3::ListObjectsV2::Input input, aws::Reply<api::s3::ListObjectsV2> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto count_max = page_size(input.max_keys, "max-keys");
    if (!count_max) return reply(std::unexpected(count_max.error()));
    std::string after = input.start_after.value_or("");
    if (input.continuation_token) {
        auto token = codec::base64_decode(*input.continuation_token, codec::Base64Alphabet::kUrlSafe);
        if (!token || token->empty()) {
            return reply(std::unexpected(invalid_argument("The continuation token provided is incorrect",
                                                          "continuation-token", *input.continuation_token)));
        }
        after = std::move(*token);
    }
    const Listing listing = list_objects(**bucket, {.prefix = input.prefix.value_or(""),
                                                    .delimiter = input.delimiter.value_or(""),
                                                    .after = after,
                                                    .count_max = *count_max});
    const NameEncoder encode(input.encoding_type);
    api::s3::ListObjectsV2Output output;
    output.name = input.bucket;
    output.prefix = encode(input.prefix.value_or(""));
    output.max_keys = static_cast<std::int32_t>(*count_max);
    output.is_truncated = listing.truncated;
    output.encoding_type = input.encoding_type;
    output.continuation_token = input.continuation_token;
    if (input.delimiter) output.delimiter = encode(*input.delimiter);
    if (input.start_after) output.start_after = encode(*input.start_after);
    if (listing.truncated)
        output.next_continuation_token = codec::base64_encode(listing.last, codec::Base64Alphabet::kUrlSafe);
    output.contents.emplace();
    for (const ListedKey& listed : listing.keys)
        output.contents->push_back(
            describe_listed(listed, encode, **bucket, input.fetch_owner.value_or(false)));
    output.common_prefixes = describe_prefixes<api::s3::CommonPrefix>(listing.common_prefixes, encode);
    output.key_count = static_cast<std::int32_t>(output.contents->size() + listing.common_prefixes.size());
    reply(std::move(output));
}

}  // namespace millrace::s3
