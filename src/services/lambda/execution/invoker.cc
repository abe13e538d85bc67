#include "services/lambda/execution/invoker.h"

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"

namespace millrace::lambda {

Invoker::Invoker(SandboxDependencies dependencies, CodeStore& code, Interpreters& interpreters,
                 PoolLimits limits)
    : dependencies_(std::move(dependencies)), code_(code), interpreters_(interpreters), limits_(limits) {}

Invoker::~Invoker() {
    *alive_ = false;
}

void Invoker::invoke(const FunctionPtr& function, Invocation invocation) {
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
    auto node = pools_.extract({function.scope, function.name});
    if (node.empty()) return;
    Pool* pool = node.mapped().get();
    closing_.emplace(pool, std::move(node.mapped()));
    pool->close(function_not_found(function.scope, function.name), [this, pool] {
        // The pool calls this from within itself.
        dependencies_.home.post([this, alive = alive_, pool] {
            if (*alive) closing_.erase(pool);
        });
    });
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
    const aws::ServiceError reason = service_exception("Millrace is shutting down.");
    for (const auto& [key, pool] : pools_) pool->kill_all(reason);
    for (const auto& [key, pool] : closing_) pool->kill_all(reason);
    pools_.clear();
    closing_.clear();
    taken_ = 0;
}

}  // namespace millrace::lambda
