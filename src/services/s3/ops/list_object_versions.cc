#include "codec/timestamp.h"
#include "services/s3/checksums.h"
#include "services/s3/listing.h"
#include "services/s3/names.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/listed.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

void add_version(const ListedKey& listed, const std::string& key, const api::s3::Owner& owner,
                 api::s3::ListObjectVersionsOutput& output) {
    const ObjectVersion& version = *listed.version;
    if (version.delete_marker) {
        output.delete_markers->push_back({.owner = owner,
                                          .key = key,
                                          .version_id = version.version_id,
                                          .is_latest = listed.is_latest,
                                          .last_modified = codec::whole_seconds(version.modified)});
        return;
    }
    api::s3::ObjectVersion out;
    out.e_tag = quoted(version.etag);
    out.checksum_algorithm = std::vector{std::string(codec::checksum_title(version.checksum.kind))};
    out.checksum_type = checksum_type(version.checksum);
    out.size = static_cast<std::int64_t>(version.bytes);
    out.storage_class = told_header(version.description, kStorageClass).value_or(kDefaultStorageClass);
    out.key = key;
    out.version_id = version.version_id;
    out.is_latest = listed.is_latest;
    out.last_modified = codec::whole_seconds(version.modified);
    out.owner = owner;
    output.versions->push_back(std::move(out));
}

}  // namespace

void list_object_versions(Buckets& buckets, const aws::RequestContext& context,
                          api::s3::ListObjectVersions::Input input,
                          aws::Reply<api::s3::ListObjectVersions> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto count_max = page_size(input.max_keys, "max-keys");
    if (!count_max) return reply(std::unexpected(count_max.error()));
    if (input.version_id_marker && !input.version_id_marker->empty() &&
        input.key_marker.value_or("").empty()) {
        return reply(
            std::unexpected(invalid_argument("A version-id marker cannot be specified without a key marker.",
                                             "version-id-marker", *input.version_id_marker)));
    }
    const Listing listing = list_versions(**bucket, {.prefix = input.prefix.value_or(""),
                                                     .delimiter = input.delimiter.value_or(""),
                                                     .after = input.key_marker.value_or(""),
                                                     .after_version = input.version_id_marker.value_or(""),
                                                     .count_max = *count_max});
    const NameEncoder encode(input.encoding_type);
    api::s3::ListObjectVersionsOutput output;
    output.name = input.bucket;
    output.prefix = encode(input.prefix.value_or(""));
    output.key_marker = encode(input.key_marker.value_or(""));
    output.version_id_marker = input.version_id_marker.value_or("");
    output.max_keys = static_cast<std::int32_t>(*count_max);
    output.is_truncated = listing.truncated;
    output.encoding_type = input.encoding_type;
    if (input.delimiter) output.delimiter = encode(*input.delimiter);
    if (listing.truncated) {
        output.next_key_marker = encode(listing.last);
        if (!listing.last_version.empty()) output.next_version_id_marker = listing.last_version;
    }
    output.versions.emplace();
    output.delete_markers.emplace();
    const auto owner = owner_of<api::s3::Owner>(canonical_user(context.scope.account));
    for (const ListedKey& listed : listing.keys) add_version(listed, encode(*listed.key), owner, output);
    output.common_prefixes = describe_prefixes<api::s3::CommonPrefix>(listing.common_prefixes, encode);
    reply(std::move(output));
}

}  // namespace millrace::s3
