#include "services/s3/ops/bucket_settings.h"

#include <fmt/format.h>
#include <utility>

#include "aws/protocol/xml_encode.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "codec/xml.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/ops/bucket_tagging.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

/// What a bucket says when it has not got it.
struct Setting {
    const char* name;
    const char* missing_code;
    const char* missing_message;
};

constexpr Setting kTagging{kTaggingSetting, "NoSuchTagSet", "The TagSet does not exist"};
constexpr Setting kPolicy{"policy", "NoSuchBucketPolicy", "The bucket policy does not exist"};
constexpr Setting kEncryptionSetting{"encryption", "ServerSideEncryptionConfigurationNotFoundError",
                                     "The server side encryption configuration was not found"};
constexpr Setting kLifecycle{"lifecycle", "NoSuchLifecycleConfiguration",
                             "The lifecycle configuration does not exist"};
constexpr Setting kPublicAccessBlock{"publicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
                                     "The public access block configuration was not found"};
constexpr Setting kOwnership{"ownershipControls", "OwnershipControlsNotFoundError",
                             "The bucket ownership controls were not found"};
constexpr Setting kCors{"cors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"};

constexpr const char* kLogging = "logging";

/// Where the threshold for transitions is kept, which the lifecycle's document does not hold.
constexpr const char* kTransitionSize = "lifecycle.transitionDefaultMinimumObjectSize";

template <class Op>
using Check = aws::Outcome<void> (*)(const typename Op::Input&);

template <class Op>
aws::Outcome<void> accept(const typename Op::Input&) {
    return {};
}

template <class Op>
void edit(Buckets& buckets, const aws::RequestContext& context, const std::string& bucket,
          Buckets::EditBucket change, typename Op::Output output, aws::Reply<Op> reply) {
    buckets.edit(context.scope.account, bucket, std::move(change),
                 [output = std::move(output), reply = std::move(reply)](aws::Outcome<void> edited) mutable {
                     if (!edited) return reply(std::unexpected(std::move(edited.error())));
                     reply(std::move(output));
                 });
}

template <class Op>
void put_text(Buckets& buckets, const aws::RequestContext& context, const typename Op::Input& input,
              const Setting& setting, std::string text, typename Op::Output output, aws::Reply<Op> reply) {
    if (!is_utf8(text)) return reply(std::unexpected(malformed_xml()));
    const auto found = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!found) return reply(std::unexpected(found.error()));
    edit<Op>(
        buckets, context, input.bucket,
        [name = setting.name, text = std::move(text)](BucketRecord& record) mutable -> aws::Outcome<void> {
            record.settings[name] = std::move(text);
            return {};
        },
        std::move(output), std::move(reply));
}

aws::ServiceError missing(const Setting& setting, const std::string& bucket) {
    auto told = error(setting.missing_code, setting.missing_message, 404);
    told.details = {{"BucketName", bucket}};
    return told;
}

/// The document of a setting that a request asks for.
template <class Input>
aws::Outcome<std::string> find_text(const Buckets& buckets, const aws::RequestContext& context,
                                    const Input& input, const Setting& setting) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return std::unexpected(bucket.error());
    const auto& settings = (*bucket)->record.settings;
    const auto found = settings.find(setting.name);
    if (found == settings.end()) return std::unexpected(missing(setting, input.bucket));
    return found->second;
}

template <class Op>
void add_put(aws::Registry& registry, Buckets& buckets, const Setting& setting, Check<Op> check) {
    registry.add<Op>([&buckets, &setting, check](const aws::RequestContext& context, typename Op::Input input,
                                                 aws::Reply<Op> reply) {
        if (auto good = check(input); !good) return reply(std::unexpected(std::move(good.error())));
        put_text<Op>(buckets, context, input, setting, to_document<Op>(input), {}, std::move(reply));
    });
}

template <class Op>
void add_get(aws::Registry& registry, Buckets& buckets, const Setting& setting) {
    registry.add<Op>([&buckets, &setting](const aws::RequestContext& context, typename Op::Input input,
                                          aws::Reply<Op> reply) {
        const auto text = find_text(buckets, context, input, setting);
        if (!text) return reply(std::unexpected(text.error()));
        reply(from_document<Op>(*text));
    });
}

template <class Op>
void add_delete(aws::Registry& registry, Buckets& buckets, const Setting& setting) {
    registry.add<Op>([&buckets, &setting](const aws::RequestContext& context, typename Op::Input input,
                                          aws::Reply<Op> reply) {
        const auto found = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
        if (!found) return reply(std::unexpected(found.error()));
        edit<Op>(
            buckets, context, input.bucket,
            [name = setting.name](BucketRecord& record) -> aws::Outcome<void> {
                record.settings.erase(name);
                if (name == kLifecycle.name) record.settings.erase(kTransitionSize);
                return {};
            },
            {}, std::move(reply));
    });
}

aws::Outcome<void> check_ownership(const api::s3::PutBucketOwnershipControls::Input& input) {
    return input.ownership_controls.rules.size() == 1 ? aws::Outcome<void>{}
                                                      : std::unexpected(malformed_xml());
}

aws::Outcome<void> check_encryption(const api::s3::PutBucketEncryption::Input& input) {
    return input.server_side_encryption_configuration.rules.size() == 1 ? aws::Outcome<void>{}
                                                                        : std::unexpected(malformed_xml());
}

void put_bucket_policy(Buckets& buckets, const aws::RequestContext& context,
                       api::s3::PutBucketPolicy::Input input, aws::Reply<api::s3::PutBucketPolicy> reply) {
    if (auto good = check_policy(input.policy); !good) return reply(std::unexpected(std::move(good.error())));
    put_text<api::s3::PutBucketPolicy>(buckets, context, input, kPolicy, input.policy, {}, std::move(reply));
}

void get_bucket_policy(Buckets& buckets, const aws::RequestContext& context,
                       api::s3::GetBucketPolicy::Input input, aws::Reply<api::s3::GetBucketPolicy> reply) {
    auto text = find_text(buckets, context, input, kPolicy);
    if (!text) return reply(std::unexpected(std::move(text.error())));
    reply(api::s3::GetBucketPolicyOutput{.policy = std::move(*text)});
}

void put_lifecycle(Buckets& buckets, const aws::RequestContext& context,
                   api::s3::PutBucketLifecycleConfiguration::Input input,
                   aws::Reply<api::s3::PutBucketLifecycleConfiguration> reply) {
    using Op = api::s3::PutBucketLifecycleConfiguration;
    if (!input.lifecycle_configuration || input.lifecycle_configuration->rules.empty())
        return reply(std::unexpected(malformed_xml()));
    const auto found = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!found) return reply(std::unexpected(found.error()));
    const std::string size =
        input.transition_default_minimum_object_size.value_or("all_storage_classes_128K");
    std::string document = to_document<Op>(input);
    if (!is_utf8(document)) return reply(std::unexpected(malformed_xml()));
    edit<Op>(
        buckets, context, input.bucket,
        [document = std::move(document), size](BucketRecord& record) mutable -> aws::Outcome<void> {
            record.settings[kLifecycle.name] = std::move(document);
            record.settings[kTransitionSize] = size;
            return {};
        },
        {.transition_default_minimum_object_size = size}, std::move(reply));
}

void get_lifecycle(Buckets& buckets, const aws::RequestContext& context,
                   api::s3::GetBucketLifecycleConfiguration::Input input,
                   aws::Reply<api::s3::GetBucketLifecycleConfiguration> reply) {
    const auto text = find_text(buckets, context, input, kLifecycle);
    if (!text) return reply(std::unexpected(text.error()));
    auto output = from_document<api::s3::GetBucketLifecycleConfiguration>(*text);
    const auto& settings = buckets.find(context.scope.account, input.bucket)->record.settings;
    if (const auto size = settings.find(kTransitionSize); size != settings.end())
        output.transition_default_minimum_object_size = size->second;
    reply(std::move(output));
}

// Kept and shown; nothing writes the logs.
void put_logging(Buckets& buckets, const aws::RequestContext& context, api::s3::PutBucketLogging::Input input,
                 aws::Reply<api::s3::PutBucketLogging> reply) {
    using Op = api::s3::PutBucketLogging;
    const auto found = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!found) return reply(std::unexpected(found.error()));
    const auto& enabled = input.bucket_logging_status.logging_enabled;
    if (enabled && buckets.find(context.scope.account, enabled->target_bucket) == nullptr) {
        return reply(std::unexpected(
            error("InvalidTargetBucketForLogging", "The target bucket for logging does not exist")));
    }
    std::string document = enabled ? to_document<Op>(input) : std::string();
    if (!is_utf8(document)) return reply(std::unexpected(malformed_xml()));
    edit<Op>(
        buckets, context, input.bucket,
        [document = std::move(document)](BucketRecord& record) mutable -> aws::Outcome<void> {
            record.settings.erase(kLogging);
            if (!document.empty()) record.settings[kLogging] = std::move(document);
            return {};
        },
        {}, std::move(reply));
}

void get_logging(Buckets& buckets, const aws::RequestContext& context, api::s3::GetBucketLogging::Input input,
                 aws::Reply<api::s3::GetBucketLogging> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto& settings = (*bucket)->record.settings;
    const auto found = settings.find(kLogging);
    if (found == settings.end()) return reply(api::s3::GetBucketLoggingOutput{});
    reply(from_document<api::s3::GetBucketLogging>(found->second));
}

template <class Op>
using Operation = void (*)(Buckets&, const aws::RequestContext&, typename Op::Input, aws::Reply<Op>);

template <class Op>
void add(aws::Registry& registry, Buckets& buckets, Operation<Op> operation) {
    registry.add<Op>([&buckets, operation](const aws::RequestContext& context, typename Op::Input input,
                                           aws::Reply<Op> reply) {
        operation(buckets, context, std::move(input), std::move(reply));
    });
}

}  // namespace

aws::Outcome<void> check_policy(std::string_view policy) {
    const auto malformed = [](const char* message) {
        return std::unexpected(error("MalformedPolicy", message));
    };
    if (policy.size() > kPolicyBytesMax)
        return malformed("The policy exceeds the maximum allowed document size.");
    const auto json = codec::parse_json(policy);
    if (!json || !json->is_object())
        return malformed("Policies must be valid JSON and the first byte must be '{'");
    if (!json->get_object().contains("Statement")) return malformed("Missing required field Statement");
    return {};
}

void set_ownership(BucketRecord& record, const std::string& ownership) {
    std::string out;
    codec::XmlWriter writer(out);
    writer.begin("OwnershipControls").begin("Rule").element("ObjectOwnership", ownership).end().end();
    record.settings[kOwnership.name] = std::move(out);
}

void register_bucket_settings(Buckets& buckets, aws::Registry& registry) {
    using namespace api::s3;
    add<PutBucketTagging>(registry, buckets, put_bucket_tagging);
    add_get<GetBucketTagging>(registry, buckets, kTagging);
    add<DeleteBucketTagging>(registry, buckets, delete_bucket_tagging);
    add<PutBucketPolicy>(registry, buckets, put_bucket_policy);
    add<GetBucketPolicy>(registry, buckets, get_bucket_policy);
    add_delete<DeleteBucketPolicy>(registry, buckets, kPolicy);
    add_put<PutBucketEncryption>(registry, buckets, kEncryptionSetting, check_encryption);
    add_get<GetBucketEncryption>(registry, buckets, kEncryptionSetting);
    add_delete<DeleteBucketEncryption>(registry, buckets, kEncryptionSetting);
    add<PutBucketLifecycleConfiguration>(registry, buckets, put_lifecycle);
    add<GetBucketLifecycleConfiguration>(registry, buckets, get_lifecycle);
    add_delete<DeleteBucketLifecycle>(registry, buckets, kLifecycle);
    add_put<PutPublicAccessBlock>(registry, buckets, kPublicAccessBlock, accept<PutPublicAccessBlock>);
    add_get<GetPublicAccessBlock>(registry, buckets, kPublicAccessBlock);
    add_delete<DeletePublicAccessBlock>(registry, buckets, kPublicAccessBlock);
    add_put<PutBucketOwnershipControls>(registry, buckets, kOwnership, check_ownership);
    add_get<GetBucketOwnershipControls>(registry, buckets, kOwnership);
    add_delete<DeleteBucketOwnershipControls>(registry, buckets, kOwnership);
    add_put<PutBucketCors>(registry, buckets, kCors, accept<PutBucketCors>);
    add_get<GetBucketCors>(registry, buckets, kCors);
    add_delete<DeleteBucketCors>(registry, buckets, kCors);
    add<PutBucketLogging>(registry, buckets, put_logging);
    add<GetBucketLogging>(registry, buckets, get_logging);
}

}  // namespace millrace::s3
