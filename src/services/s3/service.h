#pragma once

#include <memory>

#include "base/error.h"
#include "ports/object_source.h"
#include "ports/resource_provider.h"
#include "services/s3/dependencies.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::s3 {

/// Simple Storage Service: buckets and objects, kept durably. Home executor only.
class Service {
  public:
    /// Rebuilds the state from the catalog.
    [[nodiscard]] static Result<std::unique_ptr<Service>> open(Dependencies dependencies);
    ~Service();

    void register_operations(aws::Registry& registry);
    [[nodiscard]] ports::ObjectSource& object_source();
    [[nodiscard]] ports::ObjectSink& object_sink();

    /// AWS::S3::Bucket, AWS::S3::BucketPolicy.
    [[nodiscard]] ports::ResourceProvider& resource_provider();

    /// Drops all state in memory; the caller empties the storage.
    void reset();

  private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::s3
