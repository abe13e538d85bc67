#pragma once

#include <memory>

#include "base/error.h"
#include "ports/parameter_source.h"
#include "ports/resource_provider.h"
#include "services/ssm/dependencies.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::ssm {

/// Systems Manager's parameters. Home executor only.
class Service {
  public:
    /// Rebuilds the state from the catalog.
    [[nodiscard]] static Result<std::unique_ptr<Service>> open(Dependencies dependencies);
    ~Service();

    void register_operations(aws::Registry& registry);
    /// AWS::SSM::Parameter.
    [[nodiscard]] ports::ResourceProvider& resource_provider();
    /// For parameters of templates that are looked up.
    [[nodiscard]] const ports::ParameterSource& parameter_source() const;

    /// Drops all state in memory; the caller empties the storage.
    void reset();

  private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::ssm
