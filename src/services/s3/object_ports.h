#pragma once

#include <string>

#include "ports/object_source.h"
#include "services/s3/buckets.h"

namespace millrace::s3 {

/// Objects as other services read and write them.
class ObjectPorts final : public ports::ObjectSource, public ports::ObjectSink {
  public:
    explicit ObjectPorts(Buckets& buckets) : buckets_(buckets) {}

    void read(const aws::Scope& scope, ports::ObjectAddress address, std::size_t bytes_max,
              ReadDone done) override;
    [[nodiscard]] bool has_bucket(const aws::Scope& scope, const std::string& bucket) const override;
    void write(const aws::Scope& scope, std::string bucket, std::string key, std::string bytes,
               std::string content_type, WriteDone done) override;

  private:
    Buckets& buckets_;
};

}  // namespace millrace::s3
