#include "services/s3/limits.h"
#include "services/s3/names.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void list_buckets(Buckets& buckets, const aws::RequestContext& context, api::s3::ListBuckets::Input input,
                  aws::Reply<api::s3::ListBuckets> reply) {
    const std::string prefix = input.prefix.value_or("");
    const auto count_max = static_cast<std::size_t>(input.max_buckets.value_or(kBucketListMax));
    api::s3::ListBucketsOutput output{
        .buckets = std::vector<api::s3::Bucket>{},
        .owner = owner_of<api::s3::Owner>(canonical_user(context.scope.account)),
        .continuation_token = std::nullopt,
        .prefix = input.prefix};
    const Buckets::OfAccount& all = buckets.of(context.scope.account);
    // The token is the name of the last bucket shown.
    auto at = input.continuation_token ? all.upper_bound(*input.continuation_token) : all.begin();
    for (; at != all.end(); ++at) {
        const auto& [name, bucket] = *at;
        if (!name.starts_with(prefix)) continue;
        if (input.bucket_region && *input.bucket_region != bucket.record.region) continue;
        if (output.buckets->size() == count_max) {
            output.continuation_token = *output.buckets->back().name;
            break;
        }
        output.buckets->push_back(
            {.name = name, .creation_date = bucket.record.created, .bucket_region = bucket.record.region});
    }
    reply(std::move(output));
}

}  // namespace millrace::s3
