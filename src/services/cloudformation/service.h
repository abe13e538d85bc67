#pragma once

#include <memory>

#include "services/cloudformation/stacks.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::cloudformation {

/// CloudFormation: opens it, registers its operations. What is given at open() must outlive it.
class Service {
  public:
    using Dependencies = Stacks::Dependencies;

    /// Reads the stacks from the catalog: kCorruption when that fails. Operations that a crash interrupted
    /// are rolled back or go on in later tasks, so the providers' services must be open.
    [[nodiscard]] static Result<std::unique_ptr<Service>> open(Dependencies dependencies);

    void register_operations(aws::Registry& registry);

    /// What was put to one of the URLs that resources give away: `path` is what stands behind the callback
    /// URL. Answers when it is durable. kNotFound: the URL is not in use (any more); others: it cannot be
    /// taken.
    void take_callback(std::string_view path, const std::string& body,
                       std::move_only_function<void(Result<>)> done) {
        stacks_->take_callback(path, body, std::move(done));
    }

    /// Forgets all stacks and abandons what is at work; the caller empties the storage.
    void reset() { stacks_->reset(); }

  private:
    explicit Service(std::unique_ptr<Stacks> stacks) : stacks_(std::move(stacks)) {}

    std::unique_ptr<Stacks> stacks_;
};

}  // namespace millrace::cloudformation
