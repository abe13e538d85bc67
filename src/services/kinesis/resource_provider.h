#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/resource_provider.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// The resource types of templates: AWS::Kinesis::Stream, StreamConsumer and ResourcePolicy.
class KinesisResources final : public ports::ResourceProvider {
  public:
    explicit KinesisResources(std::shared_ptr<Streams> streams) : streams_(std::move(streams)) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    void read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) override;

  private:
    std::shared_ptr<Streams> streams_;
};

}  // namespace millrace::kinesis
