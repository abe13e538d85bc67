#include "services/s3/object_ports.h"

#include <utility>

#include "services/s3/download.h"
#include "services/s3/errors.h"
#include "services/s3/intake.h"
#include "services/s3/ops/description.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void ObjectPorts::read(const aws::Scope& scope, ports::ObjectAddress address, std::size_t bytes_max,
                       ReadDone done) {
    const Bucket* bucket = buckets_.find(scope.account, address.bucket);
    if (bucket == nullptr) return done(std::unexpected(no_such_bucket(address.bucket)));
    const auto version = find_version(*bucket, address.key, address.version_id);
    if (!version) return done(std::unexpected(version.error()));
    if ((*version)->bytes > bytes_max)
        return done(std::unexpected(
            error("EntityTooLarge", "The object is larger than what can be read of it here")));
    ports::ObjectContent content{
        .bytes = {}, .version_id = (*version)->version_id, .etag = quoted((*version)->etag)};
    collect_bytes(buckets_.bytes(), (*version)->extents,
                  [content = std::move(content), done = std::move(done)](Result<std::string> bytes) mutable {
                      if (!bytes) return done(std::unexpected(aws::to_service_error(bytes.error())));
                      content.bytes = std::move(*bytes);
                      done(std::move(content));
                  });
}

bool ObjectPorts::has_bucket(const aws::Scope& scope, const std::string& bucket) const {
    return buckets_.find(scope.account, bucket) != nullptr;
}

void ObjectPorts::write(const aws::Scope& scope, std::string bucket, std::string key, std::string bytes,
                        std::string content_type, WriteDone done) {
    Incoming incoming{
        .bytes = SharedBytes(std::move(bytes)), .content_md5 = std::nullopt, .claimed = std::nullopt};
    const codec::ChecksumKind kind = incoming.kind;
    take_in(buckets_, std::move(incoming),
            [this, name = ObjectName{scope.account, std::move(bucket), std::move(key)}, kind,
             content_type = std::move(content_type),
             done = std::move(done)](aws::Outcome<TakenIn> taken) mutable {
                if (!taken) return done(std::unexpected(std::move(taken.error())));
                Description description;
                description.headers.emplace(kContentType, std::move(content_type));
                put_taken(buckets_, std::move(name), std::move(*taken), std::move(description), kind, nullptr,
                          [done = std::move(done)](aws::Outcome<ObjectVersion> put) mutable {
                              if (!put) return done(std::unexpected(std::move(put.error())));
                              done({});
                          });
            });
}

}  // namespace millrace::s3
