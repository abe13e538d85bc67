#include "services/s3/resources.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/ascii.h"
#include "codec/json.h"
#include "ports/property_types.h"
#include "services/s3/bucket_properties.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/ops/bucket_settings.h"

namespace millrace::s3 {
namespace {

using Update = ports::PropertyModel::Update;
using codec::Json;
using codec::JsonObject;

constexpr std::string_view kBucketType = "AWS::S3::Bucket";
constexpr std::string_view kPolicyType = "AWS::S3::BucketPolicy";
constexpr std::size_t kBucketNameCharsMax = 63;
constexpr std::size_t kRandomTailChars = 13;  ///< "-" and 12 characters

std::string text_property(const JsonObject& properties, std::string_view name) {
    const Json* value = properties.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// The one of the template, or "<stack>-<logical id>-<random>" in lower case, shortened in front of the
/// random part.
std::string name_of(const ports::ResourceRequest& request) {
    if (std::string given = text_property(request.properties, "BucketName"); !given.empty()) return given;
    std::string name = to_lower(request.generated_name);
    if (name.size() <= kBucketNameCharsMax) return name;
    return name.substr(0, kBucketNameCharsMax - kRandomTailChars) +
           name.substr(name.size() - kRandomTailChars);
}

ports::Resource describe(const BucketRecord& bucket) {
    const std::string& name = bucket.name;
    const std::string& region = bucket.region;
    return {name,
            {{"Arn", bucket.arn()},
             {"DomainName", fmt::format("{}.s3.amazonaws.com", name)},
             {"RegionalDomainName", fmt::format("{}.s3.{}.amazonaws.com", name, region)},
             {"DualStackDomainName", fmt::format("{}.s3.dualstack.{}.amazonaws.com", name, region)},
             {"WebsiteURL", fmt::format("http://{}.s3-website-{}.amazonaws.com", name, region)}}};
}

Buckets::Answer answer_with(ports::Resource resource, ports::ResourceDone done) {
    return [resource = std::move(resource), done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(resource));
    };
}

/// A policy, as an object or as a text.
aws::Outcome<std::string> policy_of(const JsonObject& properties) {
    const Json* value = properties.if_contains("PolicyDocument");
    if (value == nullptr) return std::unexpected(error("MalformedPolicy", "PolicyDocument is missing"));
    std::string policy = value->is_string() ? std::string(value->get_string()) : codec::to_json(*value);
    if (auto good = check_policy(policy); !good) return std::unexpected(std::move(good.error()));
    return policy;
}

/// What stands inside of a bucket's properties; of a rule for the life of objects, also what AWS has retired.
constexpr std::string_view kBucketTypes =
    "AccessControl BucketName VersioningConfiguration{Status} Tags[Key Value] "
    "BucketEncryption{ServerSideEncryptionConfiguration[BlockedEncryptionTypes{EncryptionType[]} "
    "BucketKeyEnabled:boolean ServerSideEncryptionByDefault{KMSMasterKeyID SSEAlgorithm}]} "
    "LifecycleConfiguration{TransitionDefaultMinimumObjectSize Rules["
    "AbortIncompleteMultipartUpload{DaysAfterInitiation:integer} ExpirationDate ExpirationInDays:integer "
    "ExpiredObjectDeleteMarker:boolean Id "
    "NoncurrentVersionExpiration{NewerNoncurrentVersions:integer NoncurrentDays:integer} "
    "NoncurrentVersionExpirationInDays:integer "
    "NoncurrentVersionTransition{NewerNoncurrentVersions:integer StorageClass TransitionInDays:integer} "
    "NoncurrentVersionTransitions[NewerNoncurrentVersions:integer StorageClass TransitionInDays:integer] "
    "ObjectSizeGreaterThan ObjectSizeLessThan Prefix Status TagFilters[Key Value] "
    "Transition{StorageClass TransitionDate TransitionInDays:integer} "
    "Transitions[StorageClass TransitionDate TransitionInDays:integer]]} "
    "PublicAccessBlockConfiguration{BlockPublicAcls:boolean BlockPublicPolicy:boolean "
    "IgnorePublicAcls:boolean RestrictPublicBuckets:boolean} "
    "OwnershipControls{Rules[ObjectOwnership]} "
    "CorsConfiguration{CorsRules[AllowedHeaders[] AllowedMethods[] AllowedOrigins[] ExposedHeaders[] Id "
    "MaxAge:integer]} "
    "LoggingConfiguration{DestinationBucketName LogFilePrefix TargetObjectKeyFormat:json}";

}  // namespace

std::vector<ports::ResourceTypeModel> Resources::resource_types() const {
    return {
        ports::with_types(
            {.type = std::string(kBucketType),
             .properties = {{"AccessControl"},
                            {"BucketName", false, Update::kReplacement},
                            {"VersioningConfiguration"},
                            {"Tags"},
                            {"BucketEncryption"},
                            {"LifecycleConfiguration"},
                            {"PublicAccessBlockConfiguration"},
                            {"OwnershipControls"},
                            {"CorsConfiguration"},
                            {"LoggingConfiguration"}},
             .attributes = {"Arn", "DomainName", "RegionalDomainName", "DualStackDomainName", "WebsiteURL"},
             .takes_stack_tags = true,
             .not_offered = {"AbacStatus", "AccelerateConfiguration", "AnalyticsConfigurations",
                             "BucketNamePrefix", "BucketNamespace", "IntelligentTieringConfigurations",
                             "InventoryConfigurations", "MetadataConfiguration", "MetadataTableConfiguration",
                             "MetricsConfigurations", "NotificationConfiguration", "ObjectLockConfiguration",
                             "ObjectLockEnabled", "ReplicationConfiguration", "WebsiteConfiguration"}},
            kBucketTypes),
        ports::with_types({.type = std::string(kPolicyType),
                           .properties = {{"Bucket", true, Update::kReplacement}, {"PolicyDocument", true}},
                           .attributes = {}},
                          "Bucket PolicyDocument:json")};
}

void Resources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kBucketType) return create_bucket(std::move(request), std::move(done));
    put_policy(request, std::move(done));
}

void Resources::create_bucket(ports::ResourceRequest request, ports::ResourceDone done) {
    BucketRecord record{.account = request.context.scope.account,
                        .name = name_of(request),
                        .region = request.context.scope.region,
                        .created = buckets_.dependencies().clock.now(),
                        .versioning = Versioning::kNever,
                        .settings = {}};
    if (!is_bucket_name(record.name))
        return done(
            std::unexpected(error("InvalidBucketName", "Bucket name " + record.name + " is not valid.")));
    if (auto applied = apply_properties(record, request, {}); !applied)
        return done(std::unexpected(std::move(applied.error())));
    ports::Resource resource = describe(record);
    buckets_.create(std::move(record), answer_with(std::move(resource), std::move(done)));
}

void Resources::put_policy(const ports::ResourceRequest& request, ports::ResourceDone done) {
    auto policy = policy_of(request.properties);
    if (!policy) return done(std::unexpected(std::move(policy.error())));
    const std::string bucket = text_property(request.properties, "Bucket");
    buckets_.edit(
        request.context.scope.account, bucket,
        [policy = std::move(*policy)](BucketRecord& record) mutable -> aws::Outcome<void> {
            record.settings["policy"] = std::move(policy);
            return {};
        },
        answer_with({bucket, {}}, std::move(done)));
}

void Resources::update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                       ports::ResourceDone done) {
    if (request.type != kBucketType) return put_policy(request, std::move(done));
    const std::string account = request.context.scope.account;
    const Bucket* bucket = buckets_.find(account, physical_id);
    if (bucket == nullptr) return done(std::unexpected(no_such_bucket(physical_id)));
    buckets_.edit(
        account, physical_id,
        [request = std::move(request), previous = std::move(previous)](BucketRecord& record) {
            return apply_properties(record, request, previous);
        },
        answer_with(describe(bucket->record), std::move(done)));
}

std::string Resources::find_unanswered(const ports::ResourceRequest& request) const {
    if (request.type != kBucketType) return request.generated_name;
    std::string name = name_of(request);
    const Bucket* bucket = buckets_.find(request.context.scope.account, name);
    return bucket != nullptr && ports::made_since(bucket->record.created, request) ? name : std::string();
}

void Resources::remove(ports::ResourceRequest request, std::string physical_id, ports::ResourceRemoved done) {
    const std::string& account = request.context.scope.account;
    // What is gone already counts as removed.
    auto removed = [done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome && outcome.error().code == "NoSuchBucket") outcome = {};
        done(std::move(outcome));
    };
    if (request.type == kBucketType)
        return buckets_.remove(account, std::move(physical_id), std::move(removed));
    buckets_.edit(
        account, text_property(request.properties, "Bucket"),
        [](BucketRecord& record) -> aws::Outcome<void> {
            record.settings.erase("policy");
            return {};
        },
        std::move(removed));
}

}  // namespace millrace::s3
