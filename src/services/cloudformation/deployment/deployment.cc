#include "services/cloudformation/deployment/deployment.h"

#include <algorithm>

#include "base/log.h"
#include "services/cloudformation/deployment/staying.h"
#include "services/cloudformation/state/exports.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

constexpr const char* kLeftSome = "Update successful. One or more resources could not be deleted.";
constexpr std::string_view kInterrupted = "Millrace was stopped during the operation.";

bool is_creation(StackStatus status) {
    return status == StackStatus::kCreateInProgress;
}

}  // namespace

Deployment::Deployment(const DeploymentContext& context, std::string uuid,
                       std::move_only_function<void()> finished)
    : context_(context), uuid_(std::move(uuid)), finished_(std::move(finished)) {}

Deployment::~Deployment() {
    if (timeout_) context_.home.cancel(*timeout_);
}

const Stack& Deployment::stack() const {
    return *context_.store.find_uuid(uuid_);
}

void Deployment::start() {
    const auto self = shared_from_this();  // finished_ may drop the last other reference
    switch (stack().header.status) {
        case StackStatus::kCreateInProgress:
        case StackStatus::kUpdateInProgress:
            return bring_forward();
        case StackStatus::kRollbackInProgress:
            return remove(Removal::Purpose::kRollback, {});
        case StackStatus::kDeleteInProgress:
            return remove(Removal::Purpose::kDeletion, {});
        case StackStatus::kUpdateRollbackInProgress:
            return restore({});
        case StackStatus::kUpdateCompleteCleanupInProgress:
            return clean_up();
        case StackStatus::kUpdateRollbackCompleteCleanupInProgress:
            return remove(Removal::Purpose::kCleanup, {});
        default:
            return finished_();
    }
}

void Deployment::resume() {
    const auto self = shared_from_this();
    const StackStatus status = stack().header.status;
    const bool creates = is_creation(status);
    if (!creates && status != StackStatus::kUpdateInProgress) return start();
    const StackSettings settings = stack().settings_now();
    if (!creates && settings.cancelled_update && settings.cancelled_update == stack().header.updated) {
        cancelled_ = settings.cancel_token;
        return update_failed("User Initiated ");
    }
    if (can_go_on()) return bring_forward();
    creates ? creation_failed(std::string(kInterrupted) + " ")
            : update_failed(std::string(kInterrupted) + " ");
}

bool Deployment::can_go_on() const {
    const StackHeader& header = stack().header;
    return std::ranges::all_of(stack().resources, [&](const auto& entry) {
        const StackResource& resource = entry.second;
        if (in_progress(resource.status)) return context_.providers.resumes(resource.type);
        const bool failed = resource.status == ResourceStatus::kCreateFailed ||
                            resource.status == ResourceStatus::kUpdateFailed;
        const bool long_ago = header.updated && resource.updated < *header.updated;
        return !failed || long_ago;
    });
}

bool Deployment::cancel_update(std::string token) {
    const bool updating = forward_ && stack().header.status == StackStatus::kUpdateInProgress && !restore_;
    if (!updating || forward_->over() || cancelled_) return false;
    cancelled_ = std::move(token);
    forward_->give_up("User Initiated");
    return true;
}

bool Deployment::delete_instead(const RequestToken& token, Begun& begun) {
    const bool creating = forward_ && is_creation(stack().header.status) && !removal_;
    if (creating && deletion_) {
        deletion_->begun.push_back(std::move(begun));
        return true;
    }
    if (!creating || forward_->over()) return false;
    const auto self = shared_from_this();  // there may be nothing to wait for
    deletion_.emplace(token);
    deletion_->begun.push_back(std::move(begun));
    forward_->give_up("User Initiated");
    return true;
}

void Deployment::begin_deletion() {
    StackChange change = change_status(StackStatus::kDeleteInProgress, "User Initiated");
    change.header->token = deletion_->token;
    change.events.back().token = deletion_->token.text;
    context_.store.commit(uuid_, std::move(change), [this, alive = weak_from_this()](Result<> kept) {
        const auto self = alive.lock();
        if (!self) return;
        for (Begun& begun : deletion_->begun) begun(kept);
        if (kept) remove(Removal::Purpose::kDeletion, {});
    });
}

bool Deployment::goes_forward() const {
    return forward_ && !restore_ && !removal_ && !forward_->over();
}

void Deployment::tell_initiated(const std::string& logical_id, const std::string& physical_id) {
    if (goes_forward()) forward_->tell_initiated(logical_id, physical_id);
}

void Deployment::give_up() {
    if (goes_forward()) forward_->give_up("User Initiated");
}

void Deployment::bring_forward() {
    const StackHeader& header = stack().header;
    const auto fail_with = [&](const Error& error) {
        return is_creation(header.status) ? creation_failed(error.message + " ")
                                          : update_failed(error.message + " ");
    };
    auto parsed = parse_template(header.blueprint.deployed_body());
    if (!parsed) return fail_with(parsed.error());
    template_ = std::move(*parsed);
    auto environment = environment_of(template_, header.blueprint, pseudo_parameters(header));
    if (!environment) return fail_with(environment.error());
    environment->exports = importable(context_.store, header);
    for (const std::string& name : header.blueprint.imports) {
        if (!environment->exports.contains(name)) return fail_with(template_error(no_export(name)).error());
    }
    auto dependencies = find_dependencies(template_, &environment->conditions);
    if (!dependencies) return fail_with(dependencies.error());

    forward_ = std::make_shared<Forward>(context_, uuid_, std::move(*environment), std::move(*dependencies));
    if (is_creation(header.status) && header.timeout_minutes > 0) {
        const auto left =
            header.created + std::chrono::minutes(header.timeout_minutes) - context_.clock.now();
        timeout_ = context_.home.run_at(context_.clock.monotonic() + std::max(left, Milliseconds{0}), [this] {
            timeout_.reset();
            forward_->give_up("Stack creation time exceeded the specified timeout.");
        });
    }
    run(forward_, {}, &Deployment::forward_done);
}

void Deployment::forward_done() {
    if (timeout_) context_.home.cancel(*timeout_);
    timeout_.reset();
    if (deletion_) return begin_deletion();
    const bool creation = is_creation(stack().header.status);
    std::string failed = describe(forward_->failures());
    if (!failed.empty())
        return creation ? creation_failed(std::move(failed)) : update_failed(std::move(failed));

    auto outputs = evaluate_outputs(forward_->environment());
    if (outputs) {
        if (auto checked = check_exports(context_.store, stack().header, *outputs); !checked)
            outputs = std::unexpected(checked.error());
    }
    if (!outputs) {
        std::string reason = std::move(outputs.error().message);
        if (!creation) return update_failed(std::move(reason));
        return creation_failed(reason + (reason.ends_with('.') ? " " : ". "));
    }
    StackChange change = change_status(
        creation ? StackStatus::kCreateComplete : StackStatus::kUpdateCompleteCleanupInProgress, {});
    change.header->outputs = std::move(*outputs);
    change.header->never_well = false;
    if (creation) return finish(std::move(change));

    // What the template no longer has, goes.
    std::vector<StackResource> discarded = stack().discarded;
    for (const auto& [logical_id, resource] : stack().resources) {
        const ResourceDeclaration* declared = template_.find_resource(logical_id);
        const bool kept = declared != nullptr && holds(forward_->environment(), declared->condition);
        if (!kept && !resource.physical_id.empty()) discarded.push_back(resource);
        if (!kept && resource.physical_id.empty()) change.resources[logical_id] = std::nullopt;
    }
    change.discarded = std::move(discarded);
    commit(std::move(change), [this] { clean_up(); });
}

void Deployment::clean_up() {
    if (awaits_parent(context_.store, stack())) return context_.settled(uuid_);
    context_.release_nested(stack().header.id, [this, alive = weak_from_this()] {
        if (const auto self = alive.lock()) remove(Removal::Purpose::kCleanup, {});
    });
}

void Deployment::creation_failed(std::string reason) {
    switch (stack().header.on_failure) {
        case OnFailure::kDoNothing: {
            StackChange change = change_status(StackStatus::kCreateFailed, std::move(reason));
            change.header->never_well = true;
            leave_unfinished(context_, stack(), change);
            return finish(std::move(change));
        }
        case OnFailure::kDelete:
            return remove(Removal::Purpose::kRollback, change_status(StackStatus::kDeleteInProgress,
                                                                     reason + "Delete requested by user."));
        case OnFailure::kRollback:
            return remove(Removal::Purpose::kRollback, change_status(StackStatus::kRollbackInProgress,
                                                                     reason + "Rollback requested by user."));
    }
}

void Deployment::update_failed(std::string reason) {
    if (stack().header.on_failure == OnFailure::kDoNothing && !cancelled_) {
        return abandon_update(std::move(reason));
    }
    StackChange first = change_status(StackStatus::kUpdateRollbackInProgress, std::move(reason));
    if (cancelled_) {
        first.header->token = {*cancelled_, {}};
        first.events.back().token = *cancelled_;
    }
    restore(std::move(first));
}

void Deployment::abandon_update(std::string reason) {
    StackChange change = change_status(StackStatus::kUpdateFailed, std::move(reason));
    leave_failed_updates(context_, stack(), change);
    leave_unfinished(context_, stack(), change);
    // The first that failed began where all was well, if it ever was.
    if (!stack().stable && !stack().header.never_well) change.stable.emplace(stack().before);
    change.before.emplace(std::nullopt);
    finish(std::move(change));
}

void Deployment::restore(StackChange first) {
    restore_ = std::make_shared<Restore>(context_, uuid_);
    run(restore_, std::move(first), &Deployment::restore_done);
}

void Deployment::restore_done() {
    if (restore_->failures().any()) {
        return finish(change_status(StackStatus::kUpdateRollbackFailed, describe(restore_->failures())));
    }
    if (auto kept = check_exports_in_use(context_.store, stack().header, stack().good_state().outputs); !kept)
        return finish(change_status(StackStatus::kUpdateRollbackFailed, kept.error().message));
    StackChange change = change_status(StackStatus::kUpdateRollbackCompleteCleanupInProgress, {});
    change.header->blueprint = stack().good_state().blueprint;
    change.header->outputs = stack().good_state().outputs;
    change.header->never_well = false;
    change.before.emplace(std::nullopt);
    change.stable.emplace(std::nullopt);
    commit(std::move(change), [this] { remove(Removal::Purpose::kCleanup, {}); });
}

void Deployment::remove(Removal::Purpose purpose, StackChange first) {
    removal_ = std::make_shared<Removal>(context_, uuid_, purpose);
    removal_->start(std::move(first), [this, alive = weak_from_this(), purpose] {
        if (const auto self = alive.lock()) removal_done(purpose);
    });
}

void Deployment::removal_done(Removal::Purpose purpose) {
    const std::string failed = describe(removal_->failures());
    const StackStatus status = stack().header.status;
    StackChange change;
    if (purpose == Removal::Purpose::kCleanup) {
        const bool rolled_back = status == StackStatus::kUpdateRollbackCompleteCleanupInProgress;
        change = rolled_back
                     ? change_status(StackStatus::kUpdateRollbackComplete, {})
                     : change_status(StackStatus::kUpdateComplete, removal_->left_some() ? kLeftSome : "");
        change.before.emplace(std::nullopt);
        change.stable.emplace(std::nullopt);
        change.discarded.emplace();
        return finish(std::move(change));
    }
    if (status == StackStatus::kRollbackInProgress) {
        change = change_status(failed.empty() ? StackStatus::kRollbackComplete : StackStatus::kRollbackFailed,
                               failed);
    } else {
        change =
            change_status(failed.empty() ? StackStatus::kDeleteComplete : StackStatus::kDeleteFailed, failed);
    }
    change.header->deleted = context_.clock.now();
    change.discarded = removal_->left_discarded();
    if (failed.empty()) {
        change.before.emplace(std::nullopt);
        change.stable.emplace(std::nullopt);
        if (change.header->status == StackStatus::kDeleteComplete) {
            for (const auto& entry : stack().change_sets) change.change_sets[entry.first] = std::nullopt;
        }
    }
    finish(std::move(change));
}

template <class PhaseType>
void Deployment::run(std::shared_ptr<PhaseType> phase, StackChange first, void (Deployment::*then)()) {
    phase->start(std::move(first), [this, alive = weak_from_this(), then] {
        if (const auto self = alive.lock()) (this->*then)();
    });
}

StackChange Deployment::change_status(StackStatus status, std::string reason) const {
    StackChange change;
    change.header = stack().header;
    change.header->status = status;
    change.header->reason = std::move(reason);
    const WallTime now = context_.clock.now();
    change.events.push_back(stack_event(*change.header, now));
    return change;
}

void Deployment::finish(StackChange last) {
    const StackStatus status = last.header->status;
    for (const auto& [uuid, executed] : stack().change_sets) {
        if (executed.execution_status != "EXECUTE_IN_PROGRESS" || last.change_sets.contains(uuid)) continue;
        const bool good = status == StackStatus::kCreateComplete || status == StackStatus::kUpdateComplete;
        ChangeSet concluded = executed;
        concluded.execution_status = good ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
        last.change_sets[uuid] = std::move(concluded);
    }
    log(LogLevel::kInfo, "stack operation is over",
        {{"stack", last.header->name}, {"status", to_string(status)}, {"reason", last.header->reason}});
    commit(std::move(last), [this] {
        context_.release_nested(stack().header.id, [this, alive = weak_from_this()] {
            if (const auto self = alive.lock()) finished_();
        });
    });
}

void Deployment::commit(StackChange change, std::move_only_function<void()> then) {
    context_.store.commit(uuid_, std::move(change),
                          [this, alive = weak_from_this(), then = std::move(then)](Result<> kept) mutable {
                              const auto self = alive.lock();
                              if (!self) return;
                              if (kept) return then();
                              log(LogLevel::kError, "a stack operation stopped: its state cannot be written",
                                  {{"stack", stack().header.id}, {"reason", kept.error().message}});
                          });
}

}  // namespace millrace::cloudformation
