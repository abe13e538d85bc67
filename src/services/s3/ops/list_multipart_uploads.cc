#include <tuple>

#include "services/s3/listing.h"
#include "services/s3/names.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/listed.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

/// By key, then by time.
std::vector<const Upload*> sorted_uploads(const Bucket& bucket, const std::string& prefix) {
    std::vector<const Upload*> sorted;
    for (const auto& [id, upload] : bucket.uploads) {
        if (upload.key.starts_with(prefix)) sorted.push_back(&upload);
    }
    std::ranges::sort(sorted, {}, [](const Upload* upload) {
        return std::tie(upload->key, upload->initiated, upload->id);
    });
    return sorted;
}

api::s3::MultipartUpload describe_upload(const Upload& upload, const NameEncoder& encode,
                                         const std::string& user) {
    api::s3::MultipartUpload out;
    out.upload_id = upload.id;
    out.key = encode(upload.key);
    out.initiated = upload.initiated;
    out.storage_class = told_header(upload.description, kStorageClass).value_or(kDefaultStorageClass);
    out.owner = owner_of<api::s3::Owner>(user);
    out.initiator = api::s3::Initiator{.id = user, .display_name = std::nullopt};
    out.checksum_algorithm = std::string(codec::checksum_title(upload.kind));
    out.checksum_type = upload.composite ? "COMPOSITE" : "FULL_OBJECT";
    return out;
}

/// Whether an upload lies behind the markers: a key alone is passed with all its uploads, with an upload id
/// those up to it.
class Position {
  public:
    Position(std::string key, std::string id)
        : key_(std::move(key)), id_(std::move(id)), passed_(id_.empty()) {}

    bool is_behind(const Upload& upload) {
        if (upload.key != key_) return upload.key > key_;
        if (id_.empty()) return key_.empty();
        const bool behind = passed_;
        passed_ = passed_ || upload.id == id_;
        return behind;
    }

  private:
    std::string key_;
    std::string id_;
    bool passed_;
};

}  // namespace

void list_multipart_uploads(Buckets& buckets, const aws::RequestContext& context,
                            api::s3::ListMultipartUploads::Input input,
                            aws::Reply<api::s3::ListMultipartUploads> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto count_max = page_size(input.max_uploads, "max-uploads");
    if (!count_max) return reply(std::unexpected(count_max.error()));
    const NameEncoder encode(input.encoding_type);
    const std::string prefix = input.prefix.value_or("");
    const std::string delimiter = input.delimiter.value_or("");
    api::s3::ListMultipartUploadsOutput output;
    output.bucket = input.bucket;
    output.prefix = encode(prefix);
    output.key_marker = encode(input.key_marker.value_or(""));
    output.upload_id_marker = input.upload_id_marker.value_or("");
    output.max_uploads = static_cast<std::int32_t>(*count_max);
    output.is_truncated = false;
    output.encoding_type = input.encoding_type;
    if (input.delimiter) output.delimiter = encode(delimiter);
    output.uploads.emplace();
    std::vector<std::string> groups;
    Position position(input.key_marker.value_or(""), input.upload_id_marker.value_or(""));
    for (const Upload* upload : sorted_uploads(**bucket, prefix)) {
        if (!position.is_behind(*upload)) continue;
        auto group = common_prefix(upload->key, prefix, delimiter);
        if (group && (*group == input.key_marker || (!groups.empty() && *group == groups.back()))) continue;
        if (output.uploads->size() + groups.size() == *count_max) {
            output.is_truncated = *count_max > 0;
            break;
        }
        output.next_key_marker = encode(group.value_or(upload->key));
        output.next_upload_id_marker = group ? "" : upload->id;
        if (group) {
            groups.push_back(std::move(*group));
        } else {
            output.uploads->push_back(
                describe_upload(*upload, encode, canonical_user(context.scope.account)));
        }
    }
    output.common_prefixes = describe_prefixes<api::s3::CommonPrefix>(groups, encode);
    reply(std::move(output));
}

}  // namespace millrace::s3
