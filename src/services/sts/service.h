#pragma once

#include "base/random.h"
#include "base/time.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::sts {

/// What the service stands on. Everything referred to must outlive the service.
struct Dependencies {
    const Clock& clock;
    Random& random;
};

/// Security Token Service: says who the caller is, and hands out credentials. Has no state. Home executor
/// only.
class Service {
  public:
    explicit Service(Dependencies dependencies) : dependencies_(dependencies) {}

    /// The service must outlive the registry's last call.
    void register_operations(aws::Registry& registry);

  private:
    Dependencies dependencies_;
};

}  // namespace millrace::sts
