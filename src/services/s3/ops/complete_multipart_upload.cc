#include <fmt/format.h>

#include "codec/base64.h"
#include "codec/hex.h"
#include "codec/uri.h"
#include "services/s3/checksums.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"
#include "services/s3/ops/uploads.h"

namespace millrace::s3 {
namespace {

using codec::ChecksumKind;
using Input = api::s3::CompleteMultipartUploadRequest;

std::unexpected<aws::ServiceError> invalid_part(const Upload& upload, std::int32_t number) {
    auto told =
        error("InvalidPart",
              "One or more of the specified parts could not be found.  The part may not have been uploaded, "
              "or the specified entity tag may not match the part's entity tag.");
    told.details = {{"UploadId", upload.id}, {"PartNumber", std::to_string(number)}};
    return std::unexpected(std::move(told));
}

std::unexpected<aws::ServiceError> too_small(const Part& part) {
    auto told = error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    told.details = {{"ProposedSize", std::to_string(part.bytes)},
                    {"MinSizeAllowed", std::to_string(kPartBytesMin)},
                    {"PartNumber", std::to_string(part.number)},
                    {"ETag", part.etag}};
    return std::unexpected(std::move(told));
}

/// A part's sum, if the request tells one, is the upload's kind and the part's.
bool fits(const api::s3::CompletedPart& asked, const Part& part, ChecksumKind kind) {
    if (!asked.e_tag || !names_etag(*asked.e_tag, part.etag)) return false;
    for (const ChecksumKind each : codec::kChecksumKinds) {
        const auto& sum = checksum_member(asked, each);
        if (sum && (each != kind || *sum != part.checksum)) return false;
    }
    return true;
}

/// The parts in the order of the request.
aws::Outcome<std::vector<const Part*>> choose_parts(const Input& input, const Upload& upload) {
    if (!input.multipart_upload || !input.multipart_upload->parts || input.multipart_upload->parts->empty())
        return std::unexpected(malformed_xml());
    std::vector<const Part*> chosen;
    for (const api::s3::CompletedPart& asked : *input.multipart_upload->parts) {
        if (!asked.part_number) return std::unexpected(malformed_xml());
        if (!chosen.empty() && *asked.part_number <= chosen.back()->number) {
            return std::unexpected(
                error("InvalidPartOrder",
                      "The list of parts was not in ascending order. The parts list must be "
                      "specified in order by part number."));
        }
        const auto part = upload.parts.find(*asked.part_number);
        if (part == upload.parts.end() || !fits(asked, part->second, upload.kind))
            return invalid_part(upload, *asked.part_number);
        chosen.push_back(&part->second);
    }
    for (const Part* part : chosen) {
        if (part != chosen.back() && part->bytes < kPartBytesMin) return too_small(*part);
    }
    return chosen;
}

std::string decoded(const std::string& sum) {
    return codec::base64_decode(sum).value_or("");
}

Checksum sum_of_parts(const Upload& upload, const std::vector<const Part*>& parts) {
    if (upload.composite) {
        std::string sums;
        for (const Part* part : parts) sums += decoded(part->checksum);
        return {upload.kind, true,
                fmt::format("{}-{}", codec::base64_encode(codec::checksum(upload.kind, sums)), parts.size())};
    }
    std::string sum = decoded(parts.front()->checksum);
    for (std::size_t i = 1; i < parts.size(); ++i)
        sum = codec::join_checksums(upload.kind, sum, decoded(parts[i]->checksum), parts[i]->bytes);
    return {upload.kind, false, codec::base64_encode(sum)};
}

std::string etag_of(const std::vector<const Part*>& parts) {
    std::string sums;
    for (const Part* part : parts) sums += codec::hex_decode(part->etag).value_or("");
    return fmt::format("{}-{}", codec::hex_encode(codec::checksum(ChecksumKind::kMd5, sums)), parts.size());
}

aws::Outcome<void> check_claims(const Input& input, const ObjectVersion& version) {
    if (input.mpu_object_size && static_cast<std::uint64_t>(*input.mpu_object_size) != version.bytes) {
        return std::unexpected(invalid_request(fmt::format(
            "The provided 'x-amz-mp-object-size' header value {} does not match what was computed: {}",
            *input.mpu_object_size, version.bytes)));
    }
    const bool other_type = input.checksum_type && *input.checksum_type != checksum_type(version.checksum);
    if (other_type)
        return std::unexpected(invalid_request(
            "The upload was created using the " + std::string(checksum_type(version.checksum)) +
            " checksum mode. The complete request must use the same checksum mode."));
    const auto claimed = claimed_checksum(input);
    if (!claimed) return std::unexpected(claimed.error());
    if (!*claimed) return {};
    // Of a sum over sums the number of parts may be left out.
    const std::string& whole = version.checksum.value;
    const bool good = (*claimed)->kind == version.checksum.kind &&
                      ((*claimed)->value == whole || (*claimed)->value == whole.substr(0, whole.rfind('-')));
    if (good) return {};
    return std::unexpected(
        error("BadDigest", fmt::format("The {} you specified did not match the calculated checksum.",
                                       codec::checksum_title((*claimed)->kind))));
}

aws::Outcome<VersionDraft> draft_object(const Input& input, const Bucket& bucket,
                                        const ObjectVersion* newest) {
    const auto upload = find_upload(bucket, input.key, input.upload_id);
    if (!upload) return std::unexpected(upload.error());
    const auto parts = choose_parts(input, **upload);
    if (!parts) return std::unexpected(parts.error());
    if (auto good = check_write(input.if_match, input.if_none_match, newest, input.key); !good)
        return std::unexpected(std::move(good.error()));
    VersionDraft draft{.version = {}, .moves = {}, .finished_upload = (*upload)->id};
    ObjectVersion& version = draft.version;
    for (const Part* part : *parts) {
        version.bytes += part->bytes;
        version.part_bytes.push_back(part->bytes);
        version.extents.insert(version.extents.end(), part->extents.begin(), part->extents.end());
    }
    version.etag = etag_of(*parts);
    version.checksum = sum_of_parts(**upload, *parts);
    version.description = (*upload)->description;
    if (auto good = check_claims(input, version); !good) return std::unexpected(std::move(good.error()));
    // Every part loses its bytes, and the object gets those of the chosen ones.
    draft.moves.adopted = version.extents;
    for (const auto& [number, part] : (*upload)->parts)
        draft.moves.gone.insert(draft.moves.gone.end(), part.extents.begin(), part.extents.end());
    return draft;
}

}  // namespace

void complete_multipart_upload(Buckets& buckets, const aws::RequestContext& context,
                               api::s3::CompleteMultipartUpload::Input input,
                               aws::Reply<api::s3::CompleteMultipartUpload> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const ObjectName name{context.scope.account, input.bucket, input.key};
    std::string location =
        fmt::format("{}/{}/{}", context.base_url, input.bucket, codec::percent_encode_path(input.key));
    buckets.put(
        name,
        [input = std::move(input)](const Bucket& into, const ObjectVersion* newest) {
            return draft_object(input, into, newest);
        },
        [&buckets, name, location = std::move(location),
         reply = std::move(reply)](aws::Outcome<ObjectVersion> put) mutable {
            if (!put) return reply(std::unexpected(std::move(put.error())));
            api::s3::CompleteMultipartUploadOutput output;
            output.location = std::move(location);
            output.bucket = name.bucket;
            output.key = name.key;
            output.e_tag = quoted(put->etag);
            checksum_member(output, put->checksum.kind) = put->checksum.value;
            output.checksum_type = checksum_type(put->checksum);
            tell_encryption(put->description, output);
            if (const Bucket* into = buckets.find(name.account, name.bucket))
                output.version_id = told_version(*into, *put);
            reply(std::move(output));
        });
}

}  // namespace millrace::s3
