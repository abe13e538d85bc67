#include <algorithm>
#include <memory>

#include "codec/timestamp.h"
#include "services/s3/checksums.h"
#include "services/s3/errors.h"
#include "services/s3/ops/copy_source.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

constexpr const char* kReplace = "REPLACE";

/// What the request changes, and what stays with the source.
struct CopyPlan {
    CopySource source;
    ReadConditions conditions;
    ObjectName target;
    std::optional<std::string> if_match;
    std::optional<std::string> if_none_match;
    Description given;
    bool replaces_description = false;
    bool replaces_tags = false;
};

/// Storage class and encryption are never the source's.
bool is_of_storage(const std::string& header) {
    return header == kStorageClass || header == kEncryption || header == kEncryptionKey ||
           header == kBucketKey;
}

Description describe_copy(const CopyPlan& plan, const Description& source) {
    Description description = plan.given;
    if (!plan.replaces_tags) description.tags = source.tags;
    if (plan.replaces_description) return description;
    description.metadata = source.metadata;
    std::erase_if(description.headers, [](const auto& header) { return !is_of_storage(header.first); });
    for (const auto& [name, value] : source.headers) {
        if (!is_of_storage(name)) description.headers.emplace(name, value);
    }
    return description;
}

bool changes_nothing(const CopyPlan& plan, const ObjectVersion& source, const ObjectVersion* newest) {
    const bool onto_itself = plan.source.bucket == plan.target.bucket && plan.source.key == plan.target.key &&
                             newest != nullptr && newest->version_id == source.version_id;
    if (!onto_itself || plan.replaces_description) return false;
    return !std::ranges::any_of(plan.given.headers,
                                [](const auto& header) { return is_of_storage(header.first); });
}

aws::Outcome<VersionDraft> draft_copy(const Buckets& buckets, const CopyPlan& plan,
                                      const ObjectVersion* newest,
                                      std::optional<std::string>& source_version) {
    const auto source = find_source(buckets, plan.target.account, plan.source, plan.conditions);
    if (!source) return std::unexpected(source.error());
    if (auto good = check_write(plan.if_match, plan.if_none_match, newest, plan.target.key); !good)
        return std::unexpected(std::move(good.error()));
    if (changes_nothing(plan, **source, newest)) {
        return std::unexpected(invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing "
            "the "
            "object's metadata, storage class, website redirect location or encryption attributes."));
    }
    source_version = told_version(*buckets.find(plan.target.account, plan.source.bucket), **source);
    ObjectVersion version;
    version.bytes = (*source)->bytes;
    version.etag = (*source)->etag;
    version.checksum = (*source)->checksum;
    version.extents = (*source)->extents;
    version.part_bytes = (*source)->part_bytes;
    version.description = describe_copy(plan, (*source)->description);
    const Extents extents = version.extents;
    return VersionDraft{.version = std::move(version), .moves = {.adopted = extents, .gone = {}}};
}

aws::Outcome<CopyPlan> read_plan(const aws::RequestContext& context, api::s3::CopyObjectRequest& input) {
    auto source = read_copy_source(input.copy_source);
    if (!source) return std::unexpected(std::move(source.error()));
    if (input.expected_source_bucket_owner && *input.expected_source_bucket_owner != context.scope.account)
        return std::unexpected(access_denied());
    auto given = read_description(input);
    if (!given) return std::unexpected(std::move(given.error()));
    if (input.checksum_algorithm) return std::unexpected(not_implemented_header("x-amz-checksum-algorithm"));
    return CopyPlan{.source = std::move(*source),
                    .conditions = source_conditions(input),
                    .target = {context.scope.account, input.bucket, input.key},
                    .if_match = input.if_match,
                    .if_none_match = input.if_none_match,
                    .given = std::move(*given),
                    .replaces_description = input.metadata_directive == kReplace,
                    .replaces_tags = input.tagging_directive == kReplace};
}

}  // namespace

void copy_object(Buckets& buckets, const aws::RequestContext& context, api::s3::CopyObject::Input input,
                 aws::Reply<api::s3::CopyObject> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    auto plan = read_plan(context, input);
    if (!plan) return reply(std::unexpected(std::move(plan.error())));
    const ObjectName target = plan->target;
    auto source_version = std::make_shared<std::optional<std::string>>();
    buckets.put(
        target,
        [&buckets, plan = std::move(*plan), source_version](const Bucket&, const ObjectVersion* newest) {
            return draft_copy(buckets, plan, newest, *source_version);
        },
        [&buckets, target, source_version,
         reply = std::move(reply)](aws::Outcome<ObjectVersion> put) mutable {
            if (!put) return reply(std::unexpected(std::move(put.error())));
            api::s3::CopyObjectResult result;
            result.e_tag = quoted(put->etag);
            result.last_modified = codec::whole_seconds(put->modified);
            checksum_member(result, put->checksum.kind) = put->checksum.value;
            result.checksum_type = checksum_type(put->checksum);
            api::s3::CopyObjectOutput output;
            output.copy_object_result = std::move(result);
            output.copy_source_version_id = *source_version;
            if (const Bucket* into = buckets.find(target.account, target.bucket))
                output.version_id = told_version(*into, *put);
            tell_encryption(put->description, output);
            reply(std::move(output));
        });
}

}  // namespace millrace::s3
