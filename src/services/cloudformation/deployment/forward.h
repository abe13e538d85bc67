#pragma once

#include <map>
#include <optional>

#include "services/cloudformation/deployment/phase.h"

namespace millrace::cloudformation {

/// Brings the stack's resources to where its template wants them: creates, updates in place, replaces. What
/// is replaced goes to the stack's discarded resources; what the template dropped is left alone. Stops at the
/// first failure, and lets what has begun come to its end.
class Forward final : public Phase {
  public:
    /// The environment's template must be validated and outlive the phase.
    Forward(const DeploymentContext& context, std::string uuid, Environment environment,
            Dependencies dependencies);

    /// Fails the phase from outside: the creation takes too long, or the update was cancelled.
    void give_up(std::string reason);

    /// The physical id of a resource whose creation goes on.
    void tell_initiated(const std::string& logical_id, const std::string& physical_id);

    /// With the values of all resources, once the phase is done without failures.
    [[nodiscard]] const Environment& environment() const { return environment_; }

  private:
    void begin(const std::string& name, Step& step) override;
    void begin_create(StackResource resource, Step& step);
    void begin_update(StackResource resource, boost::json::object properties, Step& step);
    void begin_replacement(StackResource resource, boost::json::object properties, Step& step);
    /// What a call made for it whose answer was lost: it stands among the discarded, still in progress.
    [[nodiscard]] const StackResource* find_unheard(const std::string& name) const;
    void remove_unheard(const StackResource& lost, Step& step);
    void unheard_removed(const StackResource& lost, aws::Outcome<void> outcome);
    [[nodiscard]] std::optional<StackResource> current_of(const std::string& name, const Step& step) const;
    /// By this operation, before a restart.
    [[nodiscard]] bool is_updated(const StackResource& resource) const;
    /// After a restart: asks again for what is waited for.
    void repeat(const StackResource& resource, Step& step);
    void call_create(StackResource resource, Step& step);
    void call_update(StackResource resource, boost::json::object previous, Step& step);
    void created(StackResource resource, MakingOutcome outcome);
    void updated(StackResource resource, MakingOutcome outcome);
    void replaced(StackResource resource, StackResource old, MakingOutcome outcome);
    void discard(StackResource old, const StackResource& successor, Step& step);

    /// With rollback disabled only what depends on the failed resource is not begun.
    void stop_after_failure(Step& step);
    /// Begins nothing more, and gives up what is waited for; what else has begun comes to its end.
    void stop(Step& step);
    void adopt(StackResource& resource, ports::Resource made);
    void fail_creation(StackResource resource, std::string reason, Step& step);
    void fail_update(StackResource resource, std::string reason, Step& step);

    Environment environment_;
    Dependencies dependencies_;
    std::vector<StackResource> discarded_;
    bool stopped_ = false;
    std::set<std::string> given_up_;  ///< whose answers do not count any more
    std::map<std::string, StackResource>
        begun_;  ///< as recorded when they began; the stack may not show it yet
};

}  // namespace millrace::cloudformation
