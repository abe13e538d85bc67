#include "services/cloudformation/nested/nested_stacks.h"

#include <fmt/format.h>
#include <memory>
#include <ranges>

#include "base/number.h"
#include "ports/property_types.h"
#include "services/cloudformation/nested/nested_submission.h"
#include "services/cloudformation/ops/submission.h"
#include "services/cloudformation/ops/template_fetch.h"
#include "services/cloudformation/stacks.h"
#include "services/cloudformation/state/exports.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

std::unexpected<ports::ResourceFailure> failure(std::string reason, std::string left = {}) {
    return std::unexpected(ports::ResourceFailure({"", std::move(reason)}, std::move(left)));
}

ports::Resource resource_of(const Stack& nested) {
    ports::Resource resource{nested.header.id, {{"StackId", nested.header.id}}};
    for (const Output& output : nested.header.outputs)
        resource.attributes.emplace("Outputs." + output.name, output.value);
    return resource;
}

/// What the newest event says that gives a reason for the stack's end.
std::string reason_of(const Stack& nested) {
    for (const StackEvent& event : std::views::reverse(nested.events)) {
        if (event.physical_id == nested.header.id && !event.reason.empty()) return event.reason;
    }
    return {};
}

std::string embedded(const Stack& nested, std::string_view verb) {
    return fmt::format("Embedded stack {} was not successfully {}: {}", nested.header.id, verb,
                       reason_of(nested));
}

bool is_held(const Stack& nested) {
    return nested.header.status == StackStatus::kUpdateCompleteCleanupInProgress && nested.header.parent_call;
}

/// Its parent stays where an update failed, with rollback disabled: both go back together.
bool failed_with_parent(const Stack& nested) {
    return nested.header.status == StackStatus::kUpdateFailed && nested.header.parent_call && nested.stable;
}

/// Another update before the last one was cleaned up after: the stack can still go back to before both, if
/// its parent can, and what the last one dropped is a resource again.
void keep_way_back(const Stack& nested, bool to_the_first, StackChange& change) {
    if (!nested.stable && to_the_first) change.stable.emplace(nested.before);
    change.discarded = nested.discarded;
    std::erase_if(*change.discarded, [&](const StackResource& discarded) {
        const auto current = nested.resources.find(discarded.logical_id);
        return current != nested.resources.end() && current->second.physical_id == discarded.physical_id;
    });
}

}  // namespace

std::vector<ports::ResourceTypeModel> NestedStacks::resource_types() const {
    using enum ports::PropertyModel::Update;
    ports::ResourceTypeModel model{"AWS::CloudFormation::Stack",
                                   {{"NotificationARNs", false, kInPlace},
                                    {"Parameters", false, kInPlace},
                                    {"Tags", false, kInPlace},
                                    {"TemplateURL", true, kInPlace},
                                    {"TimeoutInMinutes", false, kInPlace}},
                                   {"Outputs.*", "StackId"},
                                   true};
    model.follows_updates = true;
    return {ports::with_types(std::move(model),
                              "NotificationARNs[] Tags[Key Value] TemplateURL TimeoutInMinutes:integer")};
}

const Stack* NestedStacks::find(const ports::ResourceRequest& request, const std::string& physical_id) const {
    const Stack* found = stacks_.find(request.context.scope, physical_id);
    if (found == nullptr || found->header.parent_id != request.stack_id) return nullptr;
    return found;
}

void NestedStacks::with_template(const ports::ResourceRequest& request, ports::ResourceDone done,
                                 std::move_only_function<void(Body, ports::ResourceDone)> then) {
    const std::uint64_t call = ++calls_[request.generated_name];
    fetch_template(stacks_, request.context.scope, std::nullopt, template_url_of(request.properties),
                   [this, name = request.generated_name, call, done = std::move(done),
                    then = std::move(then)](aws::Outcome<std::optional<std::string>> body) mutable {
                       const auto newest = calls_.find(name);
                       if (newest == calls_.end() || newest->second != call) return;
                       calls_.erase(newest);
                       if (!body) return done(failure(std::move(body.error().message)));
                       then(body->value_or(""), std::move(done));
                   });
}

void NestedStacks::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (const Stack* begun = find(request, request.generated_name))
        return answer_when_made(begun->header.uuid, std::move(done));
    auto shared = std::make_shared<ports::ResourceRequest>(std::move(request));
    with_template(*shared, std::move(done), [this, shared](Body body, ports::ResourceDone answer) {
        begin_creation(*shared, std::move(body), std::move(answer));
    });
}

void NestedStacks::begin_creation(const ports::ResourceRequest& request, Body body,
                                  ports::ResourceDone done) {
    const Stack* parent = stacks_.find(request.context.scope, request.stack_id);
    if (parent == nullptr) return done(failure("The parent stack is gone"));
    auto submission = nested_submission(request.properties, parent->header.blueprint, std::move(body));
    if (!submission) return done(std::unexpected(std::move(submission.error())));

    StackHeader header = stacks_.new_header(request.context, request.generated_name);
    header.parent_id = request.stack_id;
    header.root_id = parent->header.root_id.empty() ? parent->header.id : parent->header.root_id;
    auto prepared = prepare(stacks_, header, nullptr, std::move(*submission));
    if (!prepared) return done(failure(std::move(prepared.error().message)));
    header.blueprint = std::move(prepared->blueprint);
    header.on_failure =
        parent->header.on_failure == OnFailure::kDoNothing ? OnFailure::kDoNothing : OnFailure::kRollback;
    if (const auto minutes = text_property(request.properties, "TimeoutInMinutes")) {
        header.timeout_minutes = parse_number<decltype(header.timeout_minutes)>(*minutes).value_or(0);
        if (header.timeout_minutes < 1)
            return done(failure("TimeoutInMinutes must be a number of minutes, at least 1"));
    }
    const std::string uuid = header.uuid;
    stacks_.start(uuid, creation_of(std::move(header), stacks_.now()),
                  [this, uuid, logical_id = request.logical_id,
                   done = std::move(done)](aws::Outcome<void> begun) mutable {
                      if (!begun) return done(std::unexpected(std::move(begun.error())));
                      stacks_.tell_parent(*stacks_.store().find_uuid(uuid), logical_id);
                      answer_when_made(uuid, std::move(done));
                  });
}

void NestedStacks::answer_when_made(const std::string& uuid, ports::ResourceDone done) {
    stacks_.when_settled(uuid, [this, uuid, done = std::move(done)]() mutable {
        const Stack* nested = stacks_.store().find_uuid(uuid);
        if (nested == nullptr) return done(failure("The nested stack is gone"));
        if (nested->header.status == StackStatus::kCreateComplete) return done(resource_of(*nested));
        done(failure(embedded(*nested, "created"), nested->header.id));
    });
}

void NestedStacks::update(ports::ResourceRequest request, std::string physical_id, json::object,
                          ports::ResourceDone done) {
    const Stack* nested = find(request, physical_id);
    if (nested == nullptr || nested->header.status == StackStatus::kDeleteComplete)
        return done(failure(fmt::format("Stack [{}] does not exist", physical_id)));
    if (request.rolls_back) return take_back(request, *nested, std::move(done));
    const std::string uuid = nested->header.uuid;
    if (nested->header.parent_call == request.begun) return answer_when_updated(uuid, std::move(done));
    auto shared = std::make_shared<ports::ResourceRequest>(std::move(request));
    with_template(*shared, std::move(done), [this, shared, uuid](Body body, ports::ResourceDone answer) {
        begin_update(*shared, uuid, std::move(body), std::move(answer));
    });
}

void NestedStacks::begin_update(const ports::ResourceRequest& request, const std::string& uuid, Body body,
                                ports::ResourceDone done) {
    const Stack* nested = stacks_.store().find_uuid(uuid);
    const Stack* parent = stacks_.find(request.context.scope, request.stack_id);
    if (nested == nullptr || parent == nullptr) return done(failure("The nested stack is gone"));
    const bool held = is_held(*nested);
    if (!held && (!can_update(nested->header.status) || stacks_.is_busy(*nested))) {
        return done(failure(fmt::format("Stack:{} is in {} state and can not be updated.", nested->header.id,
                                        to_string(nested->header.status))));
    }
    auto submission = nested_submission(request.properties, parent->header.blueprint, std::move(body));
    if (!submission) return done(std::unexpected(std::move(submission.error())));
    auto prepared = prepare(stacks_, nested->header, nested, std::move(*submission));
    if (!prepared) return done(failure(std::move(prepared.error().message)));
    if (!prepared->changes_anything()) return done(resource_of(*nested));
    StackChange change = update_of(*nested, std::move(prepared->blueprint),
                                   {.disabled = parent->header.on_failure == OnFailure::kDoNothing,
                                    .retain_except_on_create = parent->header.retain_except_on_create},
                                   {}, stacks_.now());
    change.header->parent_call = request.begun;
    if (held) keep_way_back(*nested, parent->stable.has_value(), change);
    stacks_.start(uuid, std::move(change),
                  [this, uuid, done = std::move(done)](aws::Outcome<void> begun) mutable {
                      if (!begun) return done(std::unexpected(std::move(begun.error())));
                      answer_when_updated(uuid, std::move(done));
                  });
}

void NestedStacks::answer_when_updated(const std::string& uuid, ports::ResourceDone done) {
    stacks_.when_settled(uuid, [this, uuid, done = std::move(done)]() mutable {
        const Stack* nested = stacks_.store().find_uuid(uuid);
        if (nested == nullptr) return done(failure("The nested stack is gone"));
        const StackStatus status = nested->header.status;
        if (is_held(*nested) || status == StackStatus::kUpdateComplete) return done(resource_of(*nested));
        done(failure(
            fmt::format("Embedded stack {} was not successfully updated. Currently in {} with reason: {}",
                        nested->header.id, to_string(status), reason_of(*nested))));
    });
}

void NestedStacks::take_back(const ports::ResourceRequest& request, const Stack& nested,
                             ports::ResourceDone done) {
    calls_.erase(request.generated_name);  // an update that still reads its template begins no more
    if (nested.header.status == StackStatus::kUpdateInProgress) stacks_.give_up(nested);
    bring_back(nested.header.uuid, true, std::move(done));
}

void NestedStacks::bring_back(const std::string& uuid, bool may_begin, ports::ResourceDone done) {
    stacks_.when_settled(uuid, [this, uuid, may_begin, done = std::move(done)]() mutable {
        const Stack* nested = stacks_.store().find_uuid(uuid);
        if (nested == nullptr) return done(failure("The nested stack is gone"));
        const StackStatus status = nested->header.status;
        const bool stuck = status == StackStatus::kUpdateRollbackFailed;
        if (may_begin && (is_held(*nested) || failed_with_parent(*nested) || stuck))
            return begin_way_back(*nested, std::move(done));
        if (can_update(status) && !stopped_midway(status)) return done(resource_of(*nested));
        done(failure(embedded(*nested, "rolled back")));
    });
}

void NestedStacks::begin_way_back(const Stack& nested, ports::ResourceDone done) {
    StackHeader header = nested.header;
    header.status = StackStatus::kUpdateRollbackInProgress;
    header.reason.clear();
    const std::string uuid = header.uuid;
    StackChange change;
    change.events.push_back(stack_event(header, stacks_.now()));
    change.header = std::move(header);
    stacks_.start(uuid, std::move(change),
                  [this, uuid, done = std::move(done)](aws::Outcome<void> begun) mutable {
                      if (!begun) return done(std::unexpected(std::move(begun.error())));
                      bring_back(uuid, false, std::move(done));
                  });
}

void NestedStacks::remove(ports::ResourceRequest request, std::string physical_id,
                          ports::ResourceRemoved done) {
    calls_.erase(request.generated_name);
    const Stack* nested = find(request, physical_id);
    if (nested == nullptr || nested->header.status == StackStatus::kDeleteComplete) return done({});
    const std::string uuid = nested->header.uuid;
    if (nested->header.status == StackStatus::kDeleteInProgress)
        return answer_when_gone(uuid, std::move(done));
    if (!stacks_.is_busy(*nested)) return begin_deletion(*nested, std::move(done));
    // Its parent's creation was given up while it was being made itself.
    stacks_.give_up(*nested);
    stacks_.when_settled(uuid, [this, uuid, done = std::move(done)]() mutable {
        const Stack* settled = stacks_.store().find_uuid(uuid);
        if (settled == nullptr || settled->header.status == StackStatus::kDeleteComplete) return done({});
        begin_deletion(*settled, std::move(done));
    });
}

void NestedStacks::begin_deletion(const Stack& nested, ports::ResourceRemoved done) {
    if (auto unused = check_deletion(stacks_.store(), nested.header); !unused) {
        return done(std::unexpected(
            aws::ServiceError{"", fmt::format("Embedded stack {} was not successfully deleted: {}",
                                              nested.header.id, unused.error().message)}));
    }
    StackHeader header = nested.header;
    header.retained.clear();
    const std::string uuid = header.uuid;
    stacks_.start(uuid, user_initiated(std::move(header), StackStatus::kDeleteInProgress, stacks_.now()),
                  [this, uuid, done = std::move(done)](aws::Outcome<void> begun) mutable {
                      if (!begun) return done(std::move(begun));
                      answer_when_gone(uuid, std::move(done));
                  });
}

void NestedStacks::answer_when_gone(const std::string& uuid, ports::ResourceRemoved done) {
    stacks_.when_settled(uuid, [this, uuid, done = std::move(done)]() mutable {
        const Stack* nested = stacks_.store().find_uuid(uuid);
        if (nested == nullptr || nested->header.status == StackStatus::kDeleteComplete) return done({});
        done(std::unexpected(aws::ServiceError{"", embedded(*nested, "deleted")}));
    });
}

}  // namespace millrace::cloudformation
