#pragma once

#include <string>
#include <vector>

#include "ports/resource_provider.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// AWS::Lambda::Function (Ref: name; Arn), AWS::Lambda::EventSourceMapping (Ref: UUID; Id,
/// EventSourceMappingArn), AWS::Lambda::Permission (nothing is refused without authentication, so there is
/// nothing to keep).
class LambdaResources final : public ports::ResourceProvider {
  public:
    /// The core must outlive this.
    explicit LambdaResources(Core& core) : core_(core) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

  private:
    Core& core_;
};

}  // namespace millrace::lambda
