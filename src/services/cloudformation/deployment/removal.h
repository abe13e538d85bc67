#pragma once

#include "services/cloudformation/deployment/phase.h"

namespace millrace::cloudformation {

/// Removes resources, each after those that depend on it. What is to be retained stays, and says so.
class Removal final : public Phase {
  public:
    enum class Purpose {
        kDeletion,  ///< of the stack: all its resources and discarded ones
        kRollback,  ///< of its creation: the same, but RetainExceptOnCreate does not hold
        kCleanup,   ///< after an update: the discarded ones only; what cannot be removed is left behind
    };

    Removal(const DeploymentContext& context, std::string uuid, Purpose purpose);

    /// Those of the stack's discarded resources that could not be removed, once the phase is done.
    [[nodiscard]] std::vector<StackResource> left_discarded() const;

    /// Of a clean-up, which goes on all the same: whether something could not be removed.
    [[nodiscard]] bool left_some() const { return left_some_; }

  private:
    struct Item {
        StackResource resource;
        bool discarded = false;
    };

    void begin(const std::string& name, Step& step) override;
    void removed(const std::string& name, aws::Outcome<void> outcome);
    void conclude(const std::string& name, ResourceStatus status, std::string reason, Step& step);
    void show(const Item& item, Step& step);
    /// Whether the stack still has it as one of its resources.
    [[nodiscard]] bool is_current(const StackResource& resource) const;
    [[nodiscard]] bool is_retained(const StackResource& resource) const;

    const Purpose purpose_;
    bool left_some_ = false;
    std::map<std::string, Item> items_;  ///< by a name of its own: a logical id may be there twice
};

}  // namespace millrace::cloudformation
