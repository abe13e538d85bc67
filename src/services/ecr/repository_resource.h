#pragma once

#include "ports/resource_provider.h"
#include "services/ecr/repositories.h"

namespace millrace::ecr {

/// AWS::ECR::Repository for templates. Policies and tags stay in the stack: nothing is pushed, nothing
/// expires.
class RepositoryResource final : public ports::ResourceProvider {
  public:
    explicit RepositoryResource(Repositories& repositories) : repositories_(repositories) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

  private:
    Repositories& repositories_;
};

}  // namespace millrace::ecr
