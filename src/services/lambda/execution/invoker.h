#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "services/lambda/execution/pool.h"

namespace millrace::lambda {

/// Runs functions: a pool for each version, a common limit for all. When every process is taken, the one
/// that has been idle longest, of whatever function, is ended for the one that is needed.
///
/// A function with reserved concurrency runs as many invocations at once, of all its versions together, and
/// refuses others with TooManyRequestsException, AWS's reason in it.
///
/// Threads: the home executor. Every invocation is answered exactly once, also at shutdown.
class Invoker final : SandboxBudget {
  public:
    /// The reserved concurrency of a function, if it has one.
    using ReservedOf =
        std::function<std::optional<std::size_t>(const aws::Scope& scope, const std::string& name)>;

    /// Whether a function may be part of a loop that leads back to it; others are then refused with
    /// RecursiveInvocationException.
    using MayRecur = std::function<bool(const aws::Scope& scope, const std::string& name)>;

    Invoker(SandboxDependencies dependencies, CodeStore& code, Interpreters& interpreters,
            PoolLimits limits = {}, ReservedOf reserved_of = nullptr, MayRecur may_recur = nullptr);
    ~Invoker();

    void invoke(const FunctionPtr& function, Invocation invocation);
    /// Configuration or code of $LATEST are new: warm processes are retired.
    void function_changed(const FunctionPtr& function);
    /// All versions are gone.
    void function_deleted(const Function& function);
    void version_deleted(const Function& version);

    /// Keeps that many processes of a version ready (provisioned concurrency).
    void provision(const FunctionPtr& version, std::size_t processes);
    struct Provisioned {
        std::size_t ready = 0;  ///< of those wanted
        std::string failure;    ///< AWS's word for why there will be no more; may be empty
    };
    [[nodiscard]] Provisioned provisioned(const Function& version) const;
    /// Processes of all functions together.
    [[nodiscard]] std::size_t sandboxes_max() const { return limits_.sandboxes_max; }

    /// Kills all processes, answers all invocations; then nothing is left.
    void kill_all();
    /// Kills all processes, answers all invocations, refuses further ones; `ended` runs, never inside, when
    /// the last line of each process was logged.
    void end(Task ended);

  private:
    using FunctionKey = std::pair<aws::Scope, std::string>;
    using Key = std::pair<FunctionKey, std::string>;  // and the version
    static Key key_of(const Function& function) {
        return {{function.scope, function.name}, function.version};
    }
    Pool& pool_of(const FunctionPtr& function);
    /// Of what is reserved for the function, as one more invocation of this version sees it: what other
    /// versions have provisioned is theirs, used or not.
    [[nodiscard]] std::size_t used_concurrency(const Function& version) const;
    bool take() override;
    void give_back() override;
    void serve_all();
    void close(const Key& key, const aws::ServiceError& reason,
               void (Pool::*how)(const aws::ServiceError&, Task));
    void forget(Pool* pool);

    SandboxDependencies dependencies_;
    CodeStore& code_;
    Interpreters& interpreters_;
    const PoolLimits limits_;
    ReservedOf reserved_of_;
    MayRecur may_recur_;
    std::map<Key, std::size_t> running_;  // invocations not answered yet
    std::size_t taken_ = 0;
    bool starved_ = false;  // a pool was refused since the last give_back()
    std::map<Key, std::unique_ptr<Pool>> pools_;
    std::map<Pool*, std::unique_ptr<Pool>> closing_;  // until what runs has ended
    bool ending_ = false;
    Task ended_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
