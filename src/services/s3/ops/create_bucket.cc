#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/names.h"
#include "services/s3/ops/bucket_settings.h"
#include "services/s3/ops/bucket_tagging.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/operations.h"

namespace millrace::s3 {
namespace {

constexpr std::string_view kFirstRegion = "us-east-1";

/// us-east-1 has no name as a constraint, and takes any; elsewhere it must be the region's own.
aws::Outcome<std::string> region_of(const aws::RequestContext& context,
                                    const api::s3::CreateBucketRequest& input) {
    const auto constraint = input.create_bucket_configuration
                                ? input.create_bucket_configuration->location_constraint
                                : std::nullopt;
    const std::string& here = context.scope.region;
    if (!constraint || constraint->empty()) {
        if (here == kFirstRegion) return here;
        return std::unexpected(
            error("IllegalLocationConstraintException",
                  "The unspecified location constraint is incompatible for the region specific "
                  "endpoint this request was sent to."));
    }
    const std::string wanted = *constraint == "EU" ? "eu-west-1" : *constraint;
    if (here == kFirstRegion || here == wanted) return wanted;
    return std::unexpected(
        error("IllegalLocationConstraintException",
              "The " + *constraint +
                  " location constraint is incompatible for the region specific endpoint this "
                  "request was sent to."));
}

}  // namespace

void create_bucket(Buckets& buckets, const aws::RequestContext& context, api::s3::CreateBucket::Input input,
                   aws::Reply<api::s3::CreateBucket> reply) {
    if (!is_bucket_name(input.bucket)) {
        auto told = error("InvalidBucketName", "The specified bucket is not valid.");
        told.details = {{"BucketName", input.bucket}};
        return reply(std::unexpected(std::move(told)));
    }
    if (auto good = check_acl(input.acl); !good) return reply(std::unexpected(std::move(good.error())));
    auto region = region_of(context, input);
    if (!region) return reply(std::unexpected(std::move(region.error())));
    BucketRecord record{.account = context.scope.account,
                        .name = input.bucket,
                        .region = std::move(*region),
                        .created = context.received,
                        .versioning = Versioning::kNever,
                        .settings = {}};
    if (input.object_ownership) set_ownership(record, *input.object_ownership);
    if (input.create_bucket_configuration && input.create_bucket_configuration->tags) {
        auto tagged = replace_bucket_tags(record, *input.create_bucket_configuration->tags);
        if (!tagged) return reply(std::unexpected(std::move(tagged.error())));
    }
    const bool lenient = context.scope.region == kFirstRegion;
    buckets.create(std::move(record), [lenient, location = '/' + input.bucket,
                                       reply = std::move(reply)](aws::Outcome<void> created) mutable {
        // In us-east-1 the owner may create a bucket again.
        if (!created && !(lenient && created.error().code == "BucketAlreadyOwnedByYou"))
            return reply(std::unexpected(std::move(created.error())));
        reply(api::s3::CreateBucketOutput{.location = std::move(location)});
    });
}

}  // namespace millrace::s3
