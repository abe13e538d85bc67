#pragma once

#include "ports/resource_provider.h"
#include "services/s3/buckets.h"

namespace millrace::s3 {

/// AWS::S3::Bucket and AWS::S3::BucketPolicy.
class Resources final : public ports::ResourceProvider {
  public:
    /// `buckets` outlives the provider.
    explicit Resources(Buckets& buckets) : buckets_(buckets) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

  private:
    void create_bucket(ports::ResourceRequest request, ports::ResourceDone done);
    void put_policy(const ports::ResourceRequest& request, ports::ResourceDone done);

    Buckets& buckets_;
};

}  // namespace millrace::s3
