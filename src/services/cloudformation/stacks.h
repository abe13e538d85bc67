#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "ports/object_source.h"
#include "ports/parameter_source.h"
#include "services/cloudformation/callbacks/custom_resources.h"
#include "services/cloudformation/callbacks/wait_conditions.h"
#include "services/cloudformation/deployment/deployment.h"
#include "services/cloudformation/deployment/passive_types.h"
#include "services/cloudformation/drift/stack_drift.h"
#include "services/cloudformation/nested/nested_stacks.h"

namespace millrace::cloudformation {

/// The stacks and the operations at work on them: what all ops share. Threads: the home executor.
class Stacks {
  public:
    struct Dependencies {
        Executor& home;
        const Clock& clock;
        Random& random;
        storage::Catalog& catalog;
        std::vector<ports::ResourceProvider*>
            providers;  ///< may be called from the first task after open() on
        /// For custom resources; may be called when the providers may.
        ports::FunctionEvents& functions;
        ports::ObjectSource& objects;              ///< where templates at URLs are
        const ports::ParameterSource& parameters;  ///< what parameters of templates may name
        /// Where functions and processes of this machine put what take_callback() takes:
        /// "http://127.0.0.1:4566/_millrace/cloudformation/".
        std::string callback_url;
        /// Resources of types that nobody offers are skipped instead of refused, with a warning and an event.
        bool allow_unknown_types = false;
        /// A request that begins an operation is answered when the operation is over, at the latest after
        /// this time. Most take milliseconds, and a waiter that asks at once then sees the end, where it
        /// would otherwise sleep for 5 to 30 seconds.
        Milliseconds answer_within{0};
    };

    using Begun = std::move_only_function<void(aws::Outcome<void>)>;

    /// Reads the stacks; operations that a crash interrupted are taken up in a later task.
    [[nodiscard]] static Result<std::unique_ptr<Stacks>> open(Dependencies dependencies);

    /// nullptr when there is none; see StackStore::find().
    [[nodiscard]] const Stack* find(const aws::Scope& scope, std::string_view name_or_id) const {
        return store_.find(scope, name_or_id);
    }
    /// The same, with AWS's error.
    [[nodiscard]] aws::Outcome<const Stack*> require(const aws::Scope& scope,
                                                     std::string_view name_or_id) const;
    /// A stack of this name, not durable yet, is not found, but its name is taken.
    [[nodiscard]] bool is_arriving(const aws::Scope& scope, std::string_view name) const {
        return store_.is_arriving(scope, name);
    }
    /// An operation is at work on the stack, or about to be.
    [[nodiscard]] bool is_busy(const Stack& stack) const { return running_.contains(stack.header.uuid); }
    [[nodiscard]] const StackStore& store() const { return store_; }
    [[nodiscard]] const ResourceTypes& types() const { return providers_.types(); }
    [[nodiscard]] DriftStore& drifts() { return drifts_; }
    [[nodiscard]] const DriftStore& drifts() const { return drifts_; }
    [[nodiscard]] bool is_readable(const StackResource& resource) const;
    /// The resource's properties as they are now: see ports::ResourceProvider::read(). Of readable types.
    void read_resource(const std::string& uuid, const StackResource& resource, ports::ResourceRead done);
    [[nodiscard]] ports::ObjectSource& objects() const { return objects_; }
    [[nodiscard]] const ports::ParameterSource& stored_parameters() const { return parameters_; }
    [[nodiscard]] WallTime now() const { return context_.clock.now(); }
    [[nodiscard]] std::string make_uuid() const { return millrace::make_uuid(context_.random); }

    /// A header for a stack that does not exist yet.
    [[nodiscard]] StackHeader new_header(const aws::RequestContext& context, const std::string& name) const;

    /// Keeps the change; `begun` says when it is durable.
    void commit(const std::string& uuid, StackChange change, Begun begun);
    /// Keeps the change, which gives the stack the status of an operation that begins, carries it out, and
    /// answers: see Dependencies::answer_within.
    void begin(const std::string& uuid, StackChange change, Begun begun);
    /// Deletes a stack that is being created; an error where that is past stopping.
    void delete_creation(const Stack& stack, const RequestToken& token, Begun begun);

    /// begin() for a nested stack, whose parent is answered at once; see when_settled().
    void start(const std::string& uuid, StackChange change, Begun begun);
    /// Runs, inside the call or later, when nothing is at work on the stack, or what is at work waits for its
    /// parent's operation.
    void when_settled(const std::string& uuid, Task task);
    /// That the nested stack is there from now on, which the parent's events tell: by them it can be followed
    /// while it is made.
    void tell_parent(const Stack& nested, const std::string& logical_id);
    /// Gives up the nested stack's creation or update, which is then rolled back, if it is not too far.
    void give_up(const Stack& nested);

    /// Stops the stack's update, which is then rolled back; false when there is none that can be stopped.
    [[nodiscard]] bool cancel_update(const Stack& stack, std::string token);

    /// What was put to a URL below the callback URL; answers when it is durable. kNotFound: to none that is
    /// in use.
    void take_callback(std::string_view path, const std::string& body,
                       std::move_only_function<void(Result<>)> done);

    /// Forgets everything and abandons what is at work; the caller empties the storage.
    void reset();

  private:
    explicit Stacks(Dependencies dependencies);
    Deployment& deploy(const std::string& uuid);
    void settled(const std::string& uuid);
    void release_nested(const std::string& stack_id, Task then);
    void answer(const std::string& uuid);
    void answer_later(const std::string& uuid, Begun begun);
    void resume();

    PassiveTypes passive_;
    CustomResources custom_resources_;
    WaitConditions wait_conditions_;
    NestedStacks nested_{*this};
    ports::ObjectSource& objects_;
    const ports::ParameterSource& parameters_;
    Providers providers_;
    StackStore store_;
    DriftStore drifts_;
    DeploymentContext context_;
    std::map<std::string, std::shared_ptr<Deployment>> running_;  ///< by the stack's uuid
    std::set<std::string> held_;                 ///< uuids of those that wait for their parent
    std::multimap<std::string, Task> watchers_;  ///< by the stack's uuid
    struct Waiting {
        Begun begun;
        TimerId timer;
    };
    Milliseconds answer_within_;
    std::map<std::string, Waiting> waiting_;  ///< requests to answer, by the stack's uuid
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

/// What an update asks for in case it fails.
struct RollbackOptions {
    bool disabled = false;
    bool retain_except_on_create = false;  ///< see StackHeader
};

/// A change that gives the header's stack a status for a user's sake, with its event.
[[nodiscard]] StackChange user_initiated(StackHeader header, StackStatus status, WallTime now);

/// Those that could have been executed, until the stack changed another way.
[[nodiscard]] std::map<std::string, std::optional<ChangeSet>> obsolete(
    const std::map<std::string, ChangeSet>& change_sets);

/// Begins a creation from the header's blueprint, or an update of the stack to `blueprint`.
[[nodiscard]] StackChange creation_of(StackHeader header, WallTime now);
[[nodiscard]] StackChange update_of(const Stack& stack, Blueprint blueprint, RollbackOptions rollback,
                                    RequestToken token, WallTime now);

}  // namespace millrace::cloudformation
