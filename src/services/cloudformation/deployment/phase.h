#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/random.h"
#include "base/time.h"
#include "services/cloudformation/deployment/providers.h"
#include "services/cloudformation/deployment/wave.h"
#include "services/cloudformation/state/stack_store.h"

namespace millrace::cloudformation {

/// What all deployments work with; must outlive them.
struct DeploymentContext {
    Executor& home;
    const Clock& clock;
    Random& random;
    StackStore& store;
    const Providers& providers;
    /// The operation on the stack has come to where its parent's says how it goes on.
    std::function<void(const std::string& uuid)> settled;
    /// Lets the nested stacks of a stack, which waited for it, bring their updates to an end, then goes on.
    std::function<void(const std::string& stack_id, Task then)> release_nested;
};

/// What a provider is asked for a resource as it is recorded.
[[nodiscard]] ports::ResourceRequest request_for(const DeploymentContext& context, const StackHeader& header,
                                                 const StackResource& resource);

/// What a call since the stack's operation began may have made, whose answer a crash swallowed: with its
/// physical id, and the status it had. Nothing when there is nothing.
[[nodiscard]] std::optional<StackResource> find_unheard(const DeploymentContext& context,
                                                        const StackHeader& header, StackResource resource);

/// What went wrong in a phase.
struct PhaseFailures {
    std::vector<std::string> created, updated, removed;  ///< logical ids of what could not be ...
    std::string reason;                                  ///< what failed the phase as a whole
    [[nodiscard]] bool any() const {
        return !created.empty() || !updated.empty() || !removed.empty() || !reason.empty();
    }
};

/// "The following resource(s) failed to create: [A, B]. ", and so on for the others.
[[nodiscard]] std::string describe(const PhaseFailures& failures);

/// What a provider answers to create() and update().
using MakingOutcome = std::expected<ports::Resource, ports::ResourceFailure>;

/// One pass over the resources of a stack, in dependency order, as many at once as are free. Each step is
/// committed before the services are asked for it, and each answer before what depends on it begins; so a
/// crash leaves a record from which the operation can be rolled back.
///
/// Providers may answer inside the call or later. When nothing is left to do, or nothing more can be done,
/// and all answers are in and durable, `done` runs once. When the catalog refuses a write, it never does.
class Phase : public std::enable_shared_from_this<Phase> {
  public:
    using Done = std::move_only_function<void()>;

    Phase(const DeploymentContext& context, std::string uuid) : context_(context), uuid_(std::move(uuid)) {}
    virtual ~Phase() = default;

    /// `first` goes along with the first step: the stack's new status.
    void start(StackChange first, Done done);

    [[nodiscard]] const PhaseFailures& failures() const { return failures_; }
    /// Nothing runs any more, though the last write may be under way.
    [[nodiscard]] bool over() const { return wave_.idle(); }

  protected:
    struct Step {
        StackChange change;
        std::vector<Task> calls;  ///< of providers, made when the change is durable
    };

    /// Begins the work on one name of the wave: either all of it, and tells the wave, or a call that ends in
    /// advance().
    virtual void begin(const std::string& name, Step& step) = 0;

    /// Commits the step together with the beginning of whatever has become free.
    void advance(Step step);

    [[nodiscard]] const Stack& stack() const { return *context_.store.find_uuid(uuid_); }
    /// Adds the resource with its status and reason as they are now, and an event that tells them.
    void record(Step& step, StackResource& resource, ResourceStatus status, std::string reason = {});
    /// When a call begins: never twice the same for one resource, as it tells calls apart.
    [[nodiscard]] WallTime next_time(const StackResource& resource) const;
    void tell(Step& step, const StackResource& resource);
    /// That it begins, before a restart which has it begin again.
    [[nodiscard]] bool was_told(const StackResource& resource) const;
    [[nodiscard]] ports::ResourceRequest request_for(const StackResource& resource) const {
        return cloudformation::request_for(context_, stack().header, resource);
    }
    [[nodiscard]] std::string make_physical_name(const std::string& logical_id);

    /// A continuation that does nothing when the phase is gone.
    template <class Answer, class Function>
    [[nodiscard]] std::move_only_function<void(Answer)> when_answered(Function function) {
        return [alive = weak_from_this(), function = std::move(function)](Answer answer) mutable {
            if (const auto self = alive.lock()) function(std::move(answer));
        };
    }

    const DeploymentContext& context_;
    const std::string uuid_;
    Wave wave_;
    PhaseFailures failures_;

  private:
    Done done_;
};

/// A service's error as a resource's status reason; one without a code is the reason itself.
[[nodiscard]] std::string handler_message(const aws::ServiceError& error);

}  // namespace millrace::cloudformation
