#include "services/cloudformation/stacks.h"

#include <algorithm>

#include "ports/system_tags.h"
#include "services/cloudformation/errors.h"

namespace millrace::cloudformation {

namespace {

std::vector<ports::ResourceProvider*> with(std::vector<ports::ResourceProvider*> providers,
                                           std::initializer_list<ports::ResourceProvider*> own) {
    providers.insert(providers.end(), own);
    return providers;
}

}  // namespace

Result<std::unique_ptr<Stacks>> Stacks::open(Dependencies dependencies) {
    std::unique_ptr<Stacks> stacks(new Stacks(std::move(dependencies)));
    if (auto loaded = stacks->store_.load(); !loaded) return std::unexpected(loaded.error());
    if (auto loaded = stacks->drifts_.load(); !loaded) return std::unexpected(loaded.error());
    if (auto loaded = stacks->custom_resources_.load(); !loaded) return std::unexpected(loaded.error());
    if (auto loaded = stacks->wait_conditions_.load(); !loaded) return std::unexpected(loaded.error());
    stacks->context_.home.post([self = stacks.get(), alive = std::weak_ptr(stacks->alive_)] {
        if (!alive.expired()) self->resume();
    });
    return stacks;
}

Stacks::Stacks(Dependencies dependencies)
    : custom_resources_({dependencies.home, dependencies.clock, dependencies.random, dependencies.catalog,
                         dependencies.functions, dependencies.callback_url}),
      wait_conditions_({dependencies.home, dependencies.clock, dependencies.random, dependencies.catalog,
                        dependencies.callback_url}),
      objects_(dependencies.objects),
      parameters_(dependencies.parameters),
      providers_(with(dependencies.providers, {&passive_, &custom_resources_, &wait_conditions_, &nested_}),
                 dependencies.allow_unknown_types ? &passive_ : nullptr),
      store_(dependencies.catalog, dependencies.random),
      drifts_(dependencies.catalog),
      context_{dependencies.home,
               dependencies.clock,
               dependencies.random,
               store_,
               providers_,
               [this](const std::string& uuid) { settled(uuid); },
               [this](const std::string& id, Task then) { release_nested(id, std::move(then)); }},
      answer_within_(dependencies.answer_within) {}

aws::Outcome<const Stack*> Stacks::require(const aws::Scope& scope, std::string_view name_or_id) const {
    const Stack* stack = find(scope, name_or_id);
    if (stack == nullptr) return std::unexpected(no_such_stack(name_or_id));
    return stack;
}

StackHeader Stacks::new_header(const aws::RequestContext& context, const std::string& name) const {
    StackHeader header;
    header.scope = context.scope;
    header.uuid = make_uuid();
    header.id = make_stack_arn(context.scope, name, header.uuid);
    header.name = name;
    header.base_url = context.base_url;
    header.created = now();
    return header;
}

void Stacks::commit(const std::string& uuid, StackChange change, Begun begun) {
    store_.commit(uuid, std::move(change), [begun = std::move(begun)](Result<> kept) mutable {
        if (kept) return begun({});
        begun(std::unexpected(aws::to_service_error(kept.error())));
    });
}

void Stacks::begin(const std::string& uuid, StackChange change, Begun begun) {
    start(uuid, std::move(change), [this, uuid, begun = std::move(begun)](aws::Outcome<void> kept) mutable {
        if (!kept) return begun(std::move(kept));
        answer_later(uuid, std::move(begun));
    });
}

void Stacks::delete_creation(const Stack& stack, const RequestToken& token, Begun begun) {
    const auto running = running_.find(stack.header.uuid);
    const auto shared = std::make_shared<Begun>(std::move(begun));
    Deployment::Begun begins = [shared](Result<> kept) {
        if (kept) return (*shared)({});
        (*shared)(std::unexpected(aws::to_service_error(kept.error())));
    };
    if (running != running_.end() && running->second->delete_instead(token, begins)) return;
    (*shared)(std::unexpected(stack_cannot_be_deleted(stack.header.id, to_string(stack.header.status))));
}

void Stacks::start(const std::string& uuid, StackChange change, Begun begun) {
    // Taken at once, so that a second request cannot begin another operation meanwhile.
    held_.erase(uuid);
    deploy(uuid);
    store_.commit(uuid, std::move(change),
                  [this, uuid, deployment = std::weak_ptr(running_.at(uuid)),
                   begun = std::move(begun)](Result<> kept) mutable {
                      if (!kept) {
                          running_.erase(uuid);
                          return begun(std::unexpected(aws::to_service_error(kept.error())));
                      }
                      begun({});
                      if (const auto begins = deployment.lock()) begins->start();
                  });
}

void Stacks::when_settled(const std::string& uuid, Task task) {
    if (!running_.contains(uuid) || held_.contains(uuid)) return task();
    watchers_.emplace(uuid, std::move(task));
}

void Stacks::settled(const std::string& uuid) {
    if (running_.contains(uuid)) held_.insert(uuid);
    std::vector<Task> tasks;
    const auto [first, last] = watchers_.equal_range(uuid);
    for (auto watcher = first; watcher != last; ++watcher) tasks.push_back(std::move(watcher->second));
    watchers_.erase(first, last);
    for (Task& task : tasks) task();
}

void Stacks::release_nested(const std::string& stack_id, Task then) {
    const auto last = std::make_shared<Task>(std::move(then));
    auto left = std::make_shared<std::size_t>(1);
    const auto one_done = [last, left] {
        if (--*left == 0) (*last)();
    };
    std::vector<std::string> nested;
    for (const Stack* stack : store_.list_all()) {
        const StackHeader& header = stack->header;
        if (header.parent_id == stack_id && header.status == StackStatus::kUpdateCompleteCleanupInProgress)
            nested.push_back(header.uuid);
    }
    *left += nested.size();
    for (const std::string& uuid : nested) {
        const bool waits = held_.erase(uuid) > 0;
        watchers_.emplace(uuid, one_done);
        if (!running_.contains(uuid))
            deploy(uuid).start();
        else if (waits)
            running_.at(uuid)->start();
    }
    one_done();
}

void Stacks::tell_parent(const Stack& nested, const std::string& logical_id) {
    const Stack* parent = find(nested.header.scope, nested.header.parent_id);
    const auto running = parent == nullptr ? running_.end() : running_.find(parent->header.uuid);
    if (running != running_.end()) running->second->tell_initiated(logical_id, nested.header.id);
}

void Stacks::give_up(const Stack& nested) {
    const auto running = running_.find(nested.header.uuid);
    if (running != running_.end()) running->second->give_up();
}

bool Stacks::cancel_update(const Stack& stack, std::string token) {
    const auto running = running_.find(stack.header.uuid);
    return running != running_.end() && running->second->cancel_update(std::move(token));
}

Deployment& Stacks::deploy(const std::string& uuid) {
    auto& deployment = running_[uuid];
    deployment = std::make_shared<Deployment>(context_, uuid, [this, uuid] {
        answer(uuid);
        const auto over = running_.extract(uuid);
        const Stack* stack = store_.find_uuid(uuid);
        if (stack == nullptr || stack->header.status == StackStatus::kDeleteComplete) drifts_.forget(uuid);
        held_.erase(uuid);
        settled(uuid);
    });
    return *deployment;
}

void Stacks::answer_later(const std::string& uuid, Begun begun) {
    if (answer_within_ == Milliseconds{0}) return begun({});
    const auto deadline = context_.clock.monotonic() + answer_within_;
    const TimerId timer = context_.home.run_at(deadline, [this, uuid, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) answer(uuid);
    });
    waiting_.insert_or_assign(uuid, Waiting{std::move(begun), timer});
}

void Stacks::answer(const std::string& uuid) {
    auto waiting = waiting_.extract(uuid);
    if (waiting.empty()) return;
    context_.home.cancel(waiting.mapped().timer);
    waiting.mapped().begun({});
}

bool Stacks::is_readable(const StackResource& resource) const {
    if (is_skipped(resource)) return false;
    const ports::ResourceTypeModel* model = types().find(resource.type);
    return model != nullptr && model->readable;
}

void Stacks::read_resource(const std::string& uuid, const StackResource& resource, ports::ResourceRead done) {
    const Stack* stack = store_.find_uuid(uuid);
    ports::ResourceProvider* provider = providers_.find(resource.type);
    provider->read(request_for(context_, stack->header, resource), resource.physical_id,
                   [done = std::move(done)](auto live) mutable {
                       if (live && *live) ports::drop_system_tags(**live);
                       done(std::move(live));
                   });
}

void Stacks::take_callback(std::string_view path, const std::string& body,
                           std::move_only_function<void(Result<>)> done) {
    if (path.starts_with(kCustomResponsePath)) {
        return custom_resources_.respond(std::string(path.substr(kCustomResponsePath.size())), body,
                                         std::move(done));
    }
    if (path.starts_with(kWaitHandlePath))
        return wait_conditions_.signal(std::string(path.substr(kWaitHandlePath.size())), body,
                                       std::move(done));
    done(fail(ErrorCode::kNotFound, "there is no such URL"));
}

void Stacks::resume() {
    custom_resources_.keep_only([&](const std::string& id) {
        const auto stacks = store_.list_all();
        const auto found = std::ranges::find(stacks, id, [](const Stack* stack) { return stack->header.id; });
        return found != stacks.end() && in_progress((*found)->header.status);
    });
    for (const Stack* stack : store_.list_all()) {
        const StackHeader& header = stack->header;
        if (in_progress(header.status) && !running_.contains(header.uuid)) deploy(header.uuid).resume();
    }
}

void Stacks::reset() {
    while (!waiting_.empty()) answer(waiting_.begin()->first);
    running_.clear();
    held_.clear();
    watchers_.clear();
    custom_resources_.clear();
    wait_conditions_.clear();
    store_.clear();
    drifts_.clear();
}

StackChange user_initiated(StackHeader header, StackStatus status, WallTime now) {
    header.status = status;
    header.reason = "User Initiated";
    StackChange change;
    change.events.push_back(stack_event(header, now));
    change.header = std::move(header);
    return change;
}

StackChange creation_of(StackHeader header, WallTime now) {
    return user_initiated(std::move(header), StackStatus::kCreateInProgress, now);
}

std::map<std::string, std::optional<ChangeSet>> obsolete(
    const std::map<std::string, ChangeSet>& change_sets) {
    std::map<std::string, std::optional<ChangeSet>> changed;
    for (const auto& [uuid, change_set] : change_sets) {
        if (change_set.execution_status != "AVAILABLE") continue;
        ChangeSet old = change_set;
        old.execution_status = "OBSOLETE";
        changed[uuid] = std::move(old);
    }
    return changed;
}

StackChange update_of(const Stack& stack, Blueprint blueprint, RollbackOptions rollback, RequestToken token,
                      WallTime now) {
    StackHeader header = stack.header;
    header.blueprint = std::move(blueprint);
    header.on_failure = rollback.disabled ? OnFailure::kDoNothing : OnFailure::kRollback;
    header.retain_except_on_create = rollback.retain_except_on_create;
    header.token = std::move(token);
    header.parent_call.reset();
    header.skipped.clear();
    header.updated = now;
    StackChange change = user_initiated(std::move(header), StackStatus::kUpdateInProgress, now);
    change.before.emplace(BeforeUpdate{stack.header.blueprint, stack.header.outputs, stack.resources});
    change.change_sets = obsolete(stack.change_sets);
    return change;
}

}  // namespace millrace::cloudformation
