#pragma once

#include <map>
#include <memory>
#include <string>

#include "services/lambda/execution/pool.h"

namespace millrace::lambda {

/// Runs functions: a pool for each, a common limit for all. When every process is taken, the one that has
/// been idle longest, of whatever function, is ended for the one that is needed.
///
/// Threads: the home executor. Every invocation is answered exactly once, also at shutdown.
class Invoker final : SandboxBudget {
  public:
    Invoker(SandboxDependencies dependencies, CodeStore& code, Interpreters& interpreters,
            PoolLimits limits = {});
    ~Invoker();

    void invoke(const FunctionPtr& function, Invocation invocation);
    /// Configuration or code are new: warm processes are retired.
    void function_changed(const FunctionPtr& function);
    void function_deleted(const Function& function);

    /// Kills all processes, answers all invocations; then nothing is left.
    void kill_all();
    /// Kills all processes, answers all invocations, refuses further ones; `ended` runs, never inside, when
    /// the last line of each process was logged.
    void end(Task ended);

  private:
    using Key = std::pair<aws::Scope, std::string>;
    bool take() override;
    void give_back() override;
    void serve_all();
    void close(Key key, const aws::ServiceError& reason, void (Pool::*how)(const aws::ServiceError&, Task));
    void forget(Pool* pool);

    SandboxDependencies dependencies_;
    CodeStore& code_;
    Interpreters& interpreters_;
    const PoolLimits limits_;
    std::size_t taken_ = 0;
    bool starved_ = false;  // a pool was refused since the last give_back()
    std::map<Key, std::unique_ptr<Pool>> pools_;
    std::map<Pool*, std::unique_ptr<Pool>> closing_;  // until what runs has ended
    bool ending_ = false;
    Task ended_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
