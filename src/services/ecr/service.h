#pragma once

#include <memory>

#include "base/error.h"
#include "ports/resource_provider.h"
#include "services/ecr/dependencies.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::ecr {

/// Elastic Container Registry, as far as tools ask whether a repository is there. Home executor only.
class Service {
  public:
    /// Rebuilds the state from the catalog.
    [[nodiscard]] static Result<std::unique_ptr<Service>> open(Dependencies dependencies);
    ~Service();

    void register_operations(aws::Registry& registry);
    /// AWS::ECR::Repository.
    [[nodiscard]] ports::ResourceProvider& resource_provider();

    /// Drops all state in memory; the caller empties the storage.
    void reset();

  private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::ecr
