#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/names.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

/// If-Match of a deletion, which for "*" only asks that there be an object.
auto etag_check(std::optional<std::string> etag, std::string key) {
    return
        [etag = std::move(etag), key = std::move(key)](const ObjectVersion* version) -> aws::Outcome<void> {
            if (!etag) return {};
            return check_write(etag, std::nullopt, version, key);
        };
}

api::s3::DeletedObject describe_deleted(const api::s3::ObjectIdentifier& asked, const Deleted& deleted) {
    api::s3::DeletedObject out{.key = asked.key,
                               .version_id = asked.version_id,
                               .delete_marker = std::nullopt,
                               .delete_marker_version_id = std::nullopt};
    if (deleted.delete_marker) {
        out.delete_marker = true;
        out.delete_marker_version_id = deleted.version_id;
    }
    return out;
}

}  // namespace

void delete_object(Buckets& buckets, const aws::RequestContext& context, api::s3::DeleteObject::Input input,
                   aws::Reply<api::s3::DeleteObject> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    std::vector<Deletion> deletions;
    deletions.push_back({.key = input.key,
                         .version_id = input.version_id,
                         .check = etag_check(std::move(input.if_match), input.key)});
    buckets.erase(context.scope.account, input.bucket, std::move(deletions),
                  [reply = std::move(reply)](aws::Outcome<std::vector<aws::Outcome<Deleted>>> done) mutable {
                      if (!done) return reply(std::unexpected(std::move(done.error())));
                      const aws::Outcome<Deleted>& deleted = done->front();
                      if (!deleted) return reply(std::unexpected(deleted.error()));
                      api::s3::DeleteObjectOutput output;
                      if (deleted->delete_marker) output.delete_marker = true;
                      output.version_id = deleted->version_id;
                      reply(std::move(output));
                  });
}

void delete_objects(Buckets& buckets, const aws::RequestContext& context, api::s3::DeleteObjects::Input input,
                    aws::Reply<api::s3::DeleteObjects> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    std::vector<api::s3::ObjectIdentifier> asked = std::move(input.delete_.objects);
    if (asked.empty() || asked.size() > static_cast<std::size_t>(kListMax))
        return reply(std::unexpected(malformed_xml()));
    std::vector<Deletion> deletions;
    for (const auto& object : asked) {
        if (object.size) return reply(std::unexpected(malformed_xml()));
        deletions.push_back({.key = object.key,
                             .version_id = object.version_id,
                             .check = [etag = etag_check(object.e_tag, object.key),
                                       key = object.key](const ObjectVersion* version) -> aws::Outcome<void> {
                                 if (auto good = check_key(key); !good) return good;
                                 return etag(version);
                             }});
    }
    buckets.erase(context.scope.account, input.bucket, std::move(deletions),
                  [asked = std::move(asked), quiet = input.delete_.quiet.value_or(false),
                   reply = std::move(reply)](aws::Outcome<std::vector<aws::Outcome<Deleted>>> done) mutable {
                      if (!done) return reply(std::unexpected(std::move(done.error())));
                      api::s3::DeleteObjectsOutput output;
                      std::vector<api::s3::DeletedObject> deleted;
                      std::vector<api::s3::Error> errors;
                      for (std::size_t i = 0; i < asked.size(); ++i) {
                          const aws::Outcome<Deleted>& one = (*done)[i];
                          if (one) {
                              deleted.push_back(describe_deleted(asked[i], *one));
                          } else {
                              errors.push_back({.key = asked[i].key,
                                                .version_id = asked[i].version_id,
                                                .code = one.error().code,
                                                .message = one.error().message});
                          }
                      }
                      if (!quiet) output.deleted = std::move(deleted);
                      if (!errors.empty()) output.errors = std::move(errors);
                      reply(std::move(output));
                  });
}

}  // namespace millrace::s3
