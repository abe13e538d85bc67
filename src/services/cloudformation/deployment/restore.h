#pragma once

#include "services/cloudformation/deployment/phase.h"

namespace millrace::cloudformation {

/// Takes a failed or interrupted update back: resources get the properties they had before, replaced ones
/// their old physical resource; what the update made goes to the stack's discarded resources.
class Restore final : public Phase {
  public:
    /// The stack must have a `before`.
    Restore(const DeploymentContext& context, std::string uuid);

  private:
    void begin(const std::string& name, Step& step) override;
    /// What the update was about to replace, and did not or was cut off. Null where it was not.
    [[nodiscard]] const StackResource* find_replaced(const StackResource& current) const;
    /// Back to the old record without asking its service for anything.
    void put_back(const StackResource& target, bool visible, Step& step);
    /// It is not discarded after all: replaced, or dropped by the update of a nested stack that was as good
    /// as over.
    void take_back(const StackResource& target, Step& step);
    void discard(StackResource resource, Step& step);
    /// What the update made, or was about to make when Millrace was stopped.
    void discard_made(StackResource current, Step& step);
    void updated(StackResource target, StackResource current, MakingOutcome outcome);

    std::vector<StackResource> discarded_;
};

}  // namespace millrace::cloudformation
