#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/resource_provider.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// AWS::Kinesis::Stream. Ref is the stream's name; attributes: Arn.
class StreamProvider final : public ports::ResourceProvider {
  public:
    explicit StreamProvider(std::shared_ptr<Streams> streams) : streams_(std::move(streams)) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

  private:
    std::shared_ptr<Streams> streams_;
};

}  // namespace millrace::kinesis
