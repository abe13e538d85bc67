#include "services/lambda/execution/invoker.h"

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"

namespace millrace::lambda {
namespace {

aws::ServiceError shutting_down() {
    return service_exception("Millrace is shutting down.");
}

}  // namespace

Invoker::Invoker(SandboxDependencies dependencies, CodeStore& code, Interpreters& interpreters,
                 PoolLimits limits)
    : dependencies_(std::move(dependencies)), code_(code), interpreters_(interpreters), limits_(limits) {}

Invoker::~Invoker() {
    *alive_ = false;
}

void Invoker::invoke(const FunctionPtr& function, Invocation invocation) {
    if (ending_) return invocation.done(refused(shutting_down()));
    std::unique_ptr<Pool>& pool = pools_[{function->scope, function->name}];
    if (!pool) {
        SandboxBudget& budget = *this;
        pool = std::make_unique<Pool>(function, dependencies_, code_, interpreters_, budget, limits_);
    }
    pool->invoke(std::move(invocation));
}

void Invoker::function_changed(const FunctionPtr& function) {
    const auto found = pools_.find({function->scope, function->name});
    if (found != pools_.end()) found->second->replace_function(function);
}

void Invoker::function_deleted(const Function& function) {
    close({function.scope, function.name}, function_not_found(function.scope, function.name), &Pool::close);
}

void Invoker::close(Key key, const aws::ServiceError& reason,
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
}

void Invoker::end(Task ended) {
    ending_ = true;
    const aws::ServiceError reason = shutting_down();
    for (const auto& [key, pool] : closing_) pool->kill_all(reason);
    while (!pools_.empty()) close(pools_.begin()->first, reason, &Pool::end);
    if (closing_.empty()) return dependencies_.home.post(std::move(ended));
    ended_ = std::move(ended);
}

}  // namespace millrace::lambda
