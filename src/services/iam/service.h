#pragma once

#include <memory>

#include "base/error.h"
#include "ports/resource_provider.h"
#include "services/iam/dependencies.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::iam {

/// Identity and Access Management: roles and managed policies are kept and checked for form, so that
/// templates and tools that need them work; nothing evaluates what they allow. Home executor only.
class Service {
  public:
    /// Rebuilds the state from the catalog.
    [[nodiscard]] static Result<std::unique_ptr<Service>> open(Dependencies dependencies);
    ~Service();

    void register_operations(aws::Registry& registry);
    /// AWS::IAM::Role, AWS::IAM::Policy, AWS::IAM::ManagedPolicy.
    [[nodiscard]] ports::ResourceProvider& resource_provider();

    /// Drops all state in memory; the caller empties the storage.
    void reset();

  private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::iam
