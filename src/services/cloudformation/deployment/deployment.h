#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/cloudformation/deployment/forward.h"
#include "services/cloudformation/deployment/removal.h"
#include "services/cloudformation/deployment/restore.h"

namespace millrace::cloudformation {

/// One operation on one stack from its first resource to its last status: creation, update or deletion, with
/// the rollback that a failure asks for. What to do follows from the stack's status alone, which whoever
/// asked for the operation has committed; so one that a crash interrupted is taken up again the same way.
///
/// Threads: the home executor. Destroying it abandons the operation; answers that come later are dropped.
class Deployment : public std::enable_shared_from_this<Deployment> {
  public:
    using Begun = std::move_only_function<void(Result<>)>;

    /// `finished` runs once when the stack's last status is durable; it may destroy the deployment.
    Deployment(const DeploymentContext& context, std::string uuid, std::move_only_function<void()> finished);
    ~Deployment();

    void start();
    /// After a restart: a creation or update that was under way goes on when no answer was lost (see
    /// ports::ResourceProvider::resumes()), and else is rolled back; anything else goes on.
    void resume();
    /// Gives an update up; what has begun comes to its end before the rollback, whose events tell the token.
    /// False when there is no update, or it is too far.
    [[nodiscard]] bool cancel_update(std::string token);
    /// Gives a creation up and deletes the stack instead, once what has begun has come to its end; `begun`
    /// says that this is durable. False when there is no creation, or it is too far: `begun` is left alone
    /// then.
    [[nodiscard]] bool delete_instead(const RequestToken& token, Begun& begun);
    /// A resource that is still being made has this id.
    void tell_initiated(const std::string& logical_id, const std::string& physical_id);
    /// Gives up a creation or update of a nested stack, whose parent's was given up.
    void give_up();

  private:
    [[nodiscard]] bool can_go_on() const;
    /// Resources are being made and updated, and nothing has been given up.
    [[nodiscard]] bool goes_forward() const;
    void bring_forward();
    void forward_done();
    void creation_failed(std::string reason);
    void update_failed(std::string reason);
    void remove(Removal::Purpose purpose, StackChange first);
    void removal_done(Removal::Purpose purpose);
    void restore(StackChange first);
    void restore_done();
    void abandon_update(std::string reason);
    void clean_up();
    void begin_deletion();

    template <class PhaseType>
    void run(std::shared_ptr<PhaseType> phase, StackChange first, void (Deployment::*then)());
    /// A change that gives the stack this status, with an event that tells it.
    [[nodiscard]] StackChange change_status(StackStatus status, std::string reason) const;
    void finish(StackChange last);
    void commit(StackChange change, std::move_only_function<void()> then);
    [[nodiscard]] const Stack& stack() const;

    const DeploymentContext& context_;
    const std::string uuid_;
    std::move_only_function<void()> finished_;
    Template template_;
    std::shared_ptr<Forward> forward_;
    std::shared_ptr<Removal> removal_;
    std::shared_ptr<Restore> restore_;
    std::optional<TimerId> timeout_;
    std::optional<std::string> cancelled_;  ///< by a request with this token
    struct AskedDeletion {
        RequestToken token;
        std::vector<Begun> begun;  ///< of it, and of those that were sent again
    };
    std::optional<AskedDeletion> deletion_;  ///< in place of the creation that is under way
};

}  // namespace millrace::cloudformation
