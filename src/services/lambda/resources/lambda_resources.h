#pragma once

#include <string>
#include <vector>

#include "ports/resource_provider.h"
#include "services/lambda/core.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

/// All types of resources that templates may have of Lambda (resource_kind.h).
class LambdaResources final : public ports::ResourceProvider {
  public:
    /// The core must outlive this.
    explicit LambdaResources(Core& core);

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    void read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) override;

  private:
    [[nodiscard]] const ResourceKind& kind_of(const ports::ResourceRequest& request) const;

    Core& core_;
    std::vector<ResourceKind> kinds_;
};

}  // namespace millrace::lambda
