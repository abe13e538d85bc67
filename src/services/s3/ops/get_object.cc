#include "services/s3/download.h"
#include "services/s3/ops/object_answer.h"
#include "services/s3/ops/operations.h"

namespace millrace::s3 {
namespace {

/// What is found, before anything is read.
template <class Op>
aws::Outcome<aws::WithBody<Op>> look_up(Buckets& buckets, const aws::RequestContext& context,
                                        const typename Op::Input& input, Extents& extents) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return std::unexpected(bucket.error());
    const auto version = find_version(**bucket, input.key, input.version_id);
    if (!version) return std::unexpected(version.error());
    if (auto good = check_read(read_conditions(input), **version); !good)
        return std::unexpected(std::move(good.error()));
    const auto range = choose_range(**version, input.range, input.part_number);
    if (!range) return std::unexpected(range.error());
    extents = slice((*version)->extents, range->range.from, range->range.bytes);
    return aws::WithBody<Op>{.output = describe_object<typename Op::Input, typename Op::Output>(
                                 **bucket, **version, input, *range),
                             .stream = std::nullopt,
                             .length = range->range.bytes,
                             .status = range->fit == RangeFit::kPart ? 206 : 0};
}

}  // namespace

void get_object(Buckets& buckets, const aws::RequestContext& context, api::s3::GetObject::Input input,
                aws::BodyReply<api::s3::GetObject> reply) {
    Extents extents;
    auto found = look_up<api::s3::GetObject>(buckets, context, input, extents);
    if (!found) return reply(std::unexpected(std::move(found.error())));
    found->stream = send_bytes(buckets.bytes(), std::move(extents));
    reply(std::move(*found));
}

void head_object(Buckets& buckets, const aws::RequestContext& context, api::s3::HeadObject::Input input,
                 aws::BodyReply<api::s3::HeadObject> reply) {
    Extents extents;
    auto found = look_up<api::s3::HeadObject>(buckets, context, input, extents);
    reply(std::move(found));
}

}  // namespace millrace::s3
