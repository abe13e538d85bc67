#include "services/s3/ops/bucket_tagging.h"

#include <algorithm>
#include <utility>

#include "codec/xml.h"
#include "ports/system_tags.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/ops/bucket_settings.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

Tags system_tags_of(const BucketRecord& record) {
    Tags system;
    const auto found = record.settings.find(kTaggingSetting);
    if (found == record.settings.end()) return system;
    for (const auto& tag : from_document<api::s3::GetBucketTagging>(found->second).tag_set) {
        if (ports::is_system_tag(tag.key)) system.emplace(tag.key, tag.value);
    }
    return system;
}

template <class Op>
void change_tags(Buckets& buckets, const aws::RequestContext& context, const typename Op::Input& input,
                 Buckets::EditBucket change, aws::Reply<Op> reply) {
    const auto found = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!found) return reply(std::unexpected(found.error()));
    buckets.edit(context.scope.account, input.bucket, std::move(change),
                 [reply = std::move(reply)](aws::Outcome<void> edited) mutable {
                     if (!edited) return reply(std::unexpected(std::move(edited.error())));
                     reply(typename Op::Output{});
                 });
}

}  // namespace

void set_bucket_tags(BucketRecord& record, const Tags& tags) {
    if (tags.empty()) {
        record.settings.erase(kTaggingSetting);
        return;
    }
    std::string out;
    codec::XmlWriter writer(out);
    writer.begin("Tagging").begin("TagSet");
    for (const auto& [key, value] : tags)
        writer.begin("Tag").element("Key", key).element("Value", value).end();
    writer.end().end();
    record.settings[kTaggingSetting] = std::move(out);
}

aws::Outcome<void> replace_bucket_tags(BucketRecord& record, const std::vector<api::s3::Tag>& given) {
    const Tags system = system_tags_of(record);
    const auto tags = to_tags(given, kBucketTagsMax, system.size());
    if (!tags) return std::unexpected(tags.error());
    const auto in = [](const Tags& some) {
        return [&some](const auto& tag) {
            const auto found = some.find(tag.first);
            return found != some.end() && found->second == tag.second;
        };
    };
    const auto allowed = [&](const auto& tag) { return !ports::is_system_tag(tag.first) || in(system)(tag); };
    if (!std::ranges::all_of(*tags, allowed))
        return std::unexpected(error("InvalidTag", "System tags cannot be added/updated by requester"));
    if (!std::ranges::all_of(system, in(*tags)))
        return std::unexpected(error("InvalidTag", "System tags cannot be removed by requester"));
    set_bucket_tags(record, *tags);
    return {};
}

void put_bucket_tagging(Buckets& buckets, const aws::RequestContext& context,
                        api::s3::PutBucketTagging::Input input, aws::Reply<api::s3::PutBucketTagging> reply) {
    auto replace = [tags = std::move(input.tagging.tag_set)](BucketRecord& record) {
        return replace_bucket_tags(record, tags);
    };
    change_tags<api::s3::PutBucketTagging>(buckets, context, input, std::move(replace), std::move(reply));
}

void delete_bucket_tagging(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::DeleteBucketTagging::Input input,
                           aws::Reply<api::s3::DeleteBucketTagging> reply) {
    auto drop = [](BucketRecord& record) -> aws::Outcome<void> {
        set_bucket_tags(record, system_tags_of(record));
        return {};
    };
    change_tags<api::s3::DeleteBucketTagging>(buckets, context, input, std::move(drop), std::move(reply));
}

}  // namespace millrace::s3
