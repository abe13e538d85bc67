#include "services/lambda/execution/invoker.h"

#include <algorithm>

#include "services/lambda/errors.h"
#include "services/lambda/execution/trace.h"
#include "services/lambda/function_name.h"

namespace millrace::lambda {
namespace {

aws::ServiceError shutting_down() {
    return service_exception("Millrace is shutting down.");
}

}  // namespace

Invoker::Invoker(SandboxDependencies dependencies, CodeStore& code, Interpreters& interpreters,
                 PoolLimits limits, ReservedOf reserved_of, MayRecur may_recur)
    : dependencies_(std::move(dependencies)),
      code_(code),
      interpreters_(interpreters),
      limits_(limits),
      reserved_of_(std::move(reserved_of)),
      may_recur_(std::move(may_recur)) {}

Invoker::~Invoker() {
    *alive_ = false;
}

void Invoker::invoke(const FunctionPtr& function, Invocation invocation) {
    if (ending_) return invocation.done(refused(shutting_down()));
    const FunctionKey key{function->scope, function->name};
    if (is_recursion(invocation.trace, *function) && may_recur_ && !may_recur_(key.first, key.second))
        return invocation.done(refused(recursive_invocation()));
    const auto reserved = reserved_of_ ? reserved_of_(function->scope, function->name) : std::nullopt;
    if (reserved && used_concurrency(*function) >= *reserved)
        return invocation.done(refused(throttled("ReservedFunctionConcurrentInvocationLimitExceeded")));
    ++running_[key_of(*function)];
    invocation.done = [this, alive = alive_, key = key_of(*function),
                       done = std::move(invocation.done)](InvokeResult result) mutable {
        if (*alive) {
            const auto found = running_.find(key);
            if (found != running_.end() && --found->second == 0) running_.erase(found);
        }
        done(std::move(result));
    };
    pool_of(function).invoke(std::move(invocation));
}

std::size_t Invoker::used_concurrency(const Function& version) const {
    const Key own = key_of(version);
    std::map<std::string, std::size_t> used;  // by version
    for (auto it = running_.lower_bound({own.first, {}});
         it != running_.end() && it->first.first == own.first; ++it)
        used[it->first.second] = it->second;
    for (auto it = pools_.lower_bound({own.first, {}}); it != pools_.end() && it->first.first == own.first;
         ++it) {
        std::size_t& of_version = used[it->first.second];
        if (it->first != own) of_version = std::max(of_version, it->second->provisioned());
    }
    std::size_t sum = 0;
    for (const auto& [name, count] : used) sum += count;
    return sum;
}

Pool& Invoker::pool_of(const FunctionPtr& function) {
    std::unique_ptr<Pool>& pool = pools_[key_of(*function)];
    if (!pool) {
        SandboxBudget& budget = *this;
        pool = std::make_unique<Pool>(function, dependencies_, code_, interpreters_, budget, limits_);
    }
    return *pool;
}

void Invoker::function_changed(const FunctionPtr& function) {
    const auto found = pools_.find(key_of(*function));
    if (found != pools_.end()) found->second->replace_function(function);
}

void Invoker::function_deleted(const Function& function) {
    const FunctionKey key{function.scope, function.name};
    while (true) {
        const auto pool = pools_.lower_bound({key, {}});
        if (pool == pools_.end() || pool->first.first != key) return;
        close(Key(pool->first), function_not_found(function.scope, function.name), &Pool::close);
    }
}

void Invoker::version_deleted(const Function& version) {
    close(key_of(version), function_not_found(version.scope, version.name, version.version), &Pool::close);
}

void Invoker::provision(const FunctionPtr& version, std::size_t processes) {
    if (ending_) return;
    if (processes == 0 && !pools_.contains(key_of(*version))) return;
    pool_of(version).provision(processes);
}

Invoker::Provisioned Invoker::provisioned(const Function& version) const {
    const auto found = pools_.find(key_of(version));
    if (found == pools_.end()) return {};
    return {.ready = std::min(found->second->ready(), found->second->provisioned()),
            .failure = found->second->provisioning_failure()};
}

void Invoker::close(const Key& key, const aws::ServiceError& reason,
                    void (Pool::*how)(const aws::ServiceError&, Task)) {
    auto node = pools_.extract(key);
    if (node.empty()) return;
    Pool* pool = node.mapped().get();
    closing_.emplace(pool, std::move(node.mapped()));
    (pool->*how)(reason, [this, pool] {
        // The pool calls this from within itself.
        dependencies_.home.post([this, alive = alive_, pool] {
            if (*alive) forget(pool);
        });
    });
}

void Invoker::forget(Pool* pool) {
    closing_.erase(pool);
    if (closing_.empty() && ended_) std::exchange(ended_, {})();
}

bool Invoker::take() {
    if (taken_ < limits_.sandboxes_max) {
        ++taken_;
        return true;
    }
    starved_ = true;
    Pool* longest_idle = nullptr;
    for (const auto& [key, pool] : pools_) {
        if (longest_idle == nullptr || pool->oldest_idle() < longest_idle->oldest_idle())
            longest_idle = pool.get();
    }
    if (longest_idle != nullptr) longest_idle->end_oldest_idle();
    return false;
}

void Invoker::give_back() {
    --taken_;
    if (!std::exchange(starved_, false)) return;
    dependencies_.home.post([this, alive = alive_] {
        if (*alive) serve_all();
    });
}

void Invoker::serve_all() {
    for (const auto& [key, pool] : pools_) pool->serve();
}

void Invoker::kill_all() {
    const aws::ServiceError reason = shutting_down();
    for (const auto& [key, pool] : pools_) pool->kill_all(reason);
    for (const auto& [key, pool] : closing_) pool->kill_all(reason);
    pools_.clear();
    closing_.clear();
    taken_ = 0;
    running_.clear();
}

void Invoker::end(Task ended) {
    ending_ = true;
    const aws::ServiceError reason = shutting_down();
    for (const auto& [key, pool] : closing_) pool->kill_all(reason);
    while (!pools_.empty()) close(Key(pools_.begin()->first), reason, &Pool::end);
    if (closing_.empty()) return dependencies_.home.post(std::move(ended));
    ended_ = std::move(ended);
}

}  // namespace millrace::lambda
