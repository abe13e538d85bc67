#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::ports {

/// An object as other services name it.
struct ObjectAddress {
    std::string bucket;
    std::string key;                                       ///< decoded
    std::optional<std::string> version_id = std::nullopt;  ///< the newest version without one
    friend bool operator==(const ObjectAddress&, const ObjectAddress&) = default;
};

struct ObjectContent {
    std::string bytes;
    std::string version_id;  ///< of the version that was read; "null" in a bucket without versioning
    std::string etag;        ///< with its quotes
};

/// Objects as other services read them: what services/s3 offers. Buckets belong to an account, whatever the
/// region that asks.
///
/// Errors are S3's own, code and message, as those services quote them ("S3 Error Code: NoSuchKey. S3 Error
/// Message: The specified key does not exist."): NoSuchBucket, NoSuchKey (also where the newest version is a
/// delete marker), NoSuchVersion, MethodNotAllowed for a delete marker named by its version id, and
/// EntityTooLarge for an object of more than `bytes_max` bytes, of which nothing is read.
/// Threads: all calls and callbacks on the home executor; callbacks may come inside the calls.
class ObjectSource {
  public:
    virtual ~ObjectSource() = default;

    using ReadDone = std::move_only_function<void(aws::Outcome<ObjectContent>)>;
    virtual void read(const aws::Scope& scope, ObjectAddress address, std::size_t bytes_max,
                      ReadDone done) = 0;
};

/// Where other services put objects: what services/s3 offers. Errors and threads as above.
class ObjectSink {
  public:
    virtual ~ObjectSink() = default;

    /// Whether the account has the bucket.
    [[nodiscard]] virtual bool has_bucket(const aws::Scope& scope, const std::string& bucket) const = 0;

    using WriteDone = std::move_only_function<void(aws::Outcome<void>)>;
    /// Answers when the object is durable.
    virtual void write(const aws::Scope& scope, std::string bucket, std::string key, std::string bytes,
                       std::string content_type, WriteDone done) = 0;
};

}  // namespace millrace::ports
