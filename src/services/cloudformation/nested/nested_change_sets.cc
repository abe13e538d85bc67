#include "services/cloudformation/nested/nested_change_sets.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "codec/json.h"
#include "services/cloudformation/errors.h"
#include "services/cloudformation/nested/nested_submission.h"
#include "services/cloudformation/ops/template_fetch.h"
#include "services/cloudformation/template/evaluate.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kNameMax = 128;
constexpr std::size_t kRandomChars = 12;

using Done = std::move_only_function<void(aws::Outcome<ChangeSetTree>)>;

/// One change set at work: its changes are looked at one after another.
struct Level {
    Stacks& stacks;
    aws::RequestContext context;
    ChangeSetTree tree;
    Done done;
    std::size_t next = 0;

    [[nodiscard]] PlannedChange& change() { return tree.change_set.changes[next]; }
};

void go_on(const std::shared_ptr<Level>& level);

bool can_be_looked_into(const PlannedChange& change) {
    return change.type == "AWS::CloudFormation::Stack" && change.action == PlannedChange::Action::kModify &&
           codec::to_json(change.after).find(kKnownAfterApply) == std::string::npos;
}

std::unexpected<aws::ServiceError> failure(const Level& level, const PlannedChange& change,
                                           const aws::ServiceError& error) {
    return std::unexpected(
        validation_error(fmt::format("Nested stack {} of change set {}: {}", change.logical_id,
                                     level.tree.change_set.name, error.message)));
}

ChangeSet child_of(const Level& level, const std::string& logical_id, const StackHeader& nested,
                   Submission submission) {
    const ChangeSet& parent = level.tree.change_set;
    ChangeSet child;
    child.uuid = level.stacks.make_uuid();
    const std::string random = child.uuid.substr(child.uuid.size() - kRandomChars);
    child.name =
        fmt::format("{}-{}", parent.name, logical_id).substr(0, kNameMax - kRandomChars - 1) + "-" + random;
    child.id = make_change_set_arn(nested.scope, child.name, child.uuid);
    child.description = parent.description;
    child.blueprint = std::move(submission.blueprint);
    child.changes = std::move(submission.plan.changes);
    child.status = "CREATE_COMPLETE";
    child.execution_status = "AVAILABLE";
    child.on_failure = parent.on_failure;
    child.include_nested_stacks = true;
    child.import_existing_resources = parent.import_existing_resources;
    child.deployment_mode = parent.deployment_mode;
    child.parent_id = parent.id;
    child.root_id = parent.root_id.empty() ? parent.id : parent.root_id;
    child.created = parent.created;
    return child;
}

/// What is known of the nested stack now goes into its parent's change set.
void take(Level& level, const std::string& stack_uuid, bool changes_otherwise, ChangeSetTree inner) {
    PlannedChange& change = level.change();
    if (inner.change_set.changes.empty() && !changes_otherwise) {
        if (!change.properties.empty() || change.metadata)
            ++level.next;
        else
            level.tree.change_set.changes.erase(level.tree.change_set.changes.begin() +
                                                static_cast<std::ptrdiff_t>(level.next));
        return;
    }
    level.tree.change_set.nested[change.logical_id] = inner.change_set.id;
    for (NestedChangeSet& nested : inner.nested) level.tree.nested.push_back(std::move(nested));
    level.tree.nested.push_back({stack_uuid, std::move(inner.change_set)});
    ++level.next;
}

void look_into(const std::shared_ptr<Level>& level, std::string body) {
    const PlannedChange& change = level->change();
    const Stack* nested = level->stacks.find(level->context.scope, change.physical_id);
    if (nested == nullptr) {
        const auto gone = stack_does_not_exist(change.physical_id);
        return level->done(failure(*level, change, gone));
    }
    auto request = nested_submission(change.after, level->tree.change_set.blueprint, std::move(body));
    if (!request) return level->done(failure(*level, change, request.error()));
    request->expands_freely = true;
    auto submission = prepare(level->stacks, nested->header, nested, std::move(*request));
    if (!submission) return level->done(failure(*level, change, submission.error()));
    const bool otherwise = submission->changes_otherwise;
    ChangeSet child = child_of(*level, change.logical_id, nested->header, std::move(*submission));
    look_into_nested_stacks(
        level->stacks, level->context, std::move(child),
        [level, uuid = nested->header.uuid, otherwise](aws::Outcome<ChangeSetTree> inner) {
            if (!inner) return level->done(std::unexpected(std::move(inner.error())));
            take(*level, uuid, otherwise, std::move(*inner));
            go_on(level);
        });
}

void go_on(const std::shared_ptr<Level>& level) {
    const std::vector<PlannedChange>& changes = level->tree.change_set.changes;
    while (level->next < changes.size() && !can_be_looked_into(changes[level->next])) ++level->next;
    if (level->next == changes.size()) return level->done(std::move(level->tree));
    fetch_template(level->stacks, level->context.scope, std::nullopt, template_url_of(level->change().after),
                   [level](aws::Outcome<std::optional<std::string>> body) {
                       if (!body) return level->done(failure(*level, level->change(), body.error()));
                       look_into(level, body->value_or(""));
                   });
}

}  // namespace

void look_into_nested_stacks(Stacks& stacks, const aws::RequestContext& context, ChangeSet change_set,
                             Done done) {
    go_on(std::make_shared<Level>(Level{stacks, context, {std::move(change_set), {}}, std::move(done)}));
}

void keep_nested(Stacks& stacks, std::vector<NestedChangeSet> nested, Stacks::Begun done) {
    if (nested.empty()) return done({});
    NestedChangeSet last = std::move(nested.back());
    nested.pop_back();
    StackChange change;
    change.change_sets[last.change_set.uuid] = std::move(last.change_set);
    stacks.commit(
        last.stack_uuid, std::move(change),
        [&stacks, nested = std::move(nested), done = std::move(done)](aws::Outcome<void> kept) mutable {
            if (!kept) return done(std::move(kept));
            keep_nested(stacks, std::move(nested), std::move(done));
        });
}

bool has_nested(const Stacks& stacks, const aws::Scope& scope, const std::string& root_id) {
    return std::ranges::any_of(stacks.store().list(scope), [&](const Stack* stack) {
        return std::ranges::any_of(stack->change_sets,
                                   [&](const auto& entry) { return entry.second.root_id == root_id; });
    });
}

void remove_nested(Stacks& stacks, const aws::Scope& scope, const std::string& root_id, Stacks::Begun done) {
    for (const Stack* stack : stacks.store().list(scope)) {
        StackChange change;
        for (const auto& [uuid, change_set] : stack->change_sets) {
            if (change_set.root_id == root_id) change.change_sets[uuid] = std::nullopt;
        }
        if (change.change_sets.empty()) continue;
        return stacks.commit(
            stack->header.uuid, std::move(change),
            [&stacks, scope, root_id, done = std::move(done)](aws::Outcome<void> gone) mutable {
                if (!gone) return done(std::move(gone));
                remove_nested(stacks, scope, root_id, std::move(done));
            });
    }
    done({});
}

}  // namespace millrace::cloudformation
