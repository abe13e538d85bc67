#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "services/lambda/code/code_store.h"
#include "services/lambda/execution/interpreters.h"
#include "services/lambda/execution/pool_limits.h"
#include "services/lambda/execution/sandbox.h"

namespace millrace::lambda {

/// How many processes all pools may have together.
class SandboxBudget {
  public:
    virtual bool take() = 0;  ///< false when all are taken; serve() is called again when one comes free
    virtual void give_back() = 0;

  protected:
    ~SandboxBudget() = default;
};

/// The processes of one version of a function: the warm one used last is used first; another is started when
/// more invocations wait than processes are about to come free. Invocations wait in order, in a bounded
/// queue; one that finds it full is refused with TooManyRequestsException.
///
/// A changed function, or a changed local tree, retires the processes there are: each ends after what it
/// runs.
///
/// As on AWS, whoever replaces a process that crashed or timed out finds its /tmp as it was left.
class Pool final : SandboxOwner {
  public:
    /// Everything referred to must outlive the pool.
    Pool(FunctionPtr function, SandboxDependencies& dependencies, CodeStore& code, Interpreters& interpreters,
         SandboxBudget& budget, const PoolLimits& limits);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    void invoke(Invocation invocation);
    void replace_function(FunctionPtr function);
    /// The function is gone: what waits is refused, what runs may end. `emptied` is called, never inside,
    /// when nothing is left.
    void close(const aws::ServiceError& reason, Task emptied);
    /// Kills everything and answers what runs or waits.
    void kill_all(const aws::ServiceError& reason);
    /// close(), and kills what runs: `emptied` comes after the last line of each process.
    void end(const aws::ServiceError& reason, Task emptied);

    /// Keeps that many processes ready, whether anybody calls or not, as far as the budget allows.
    void provision(std::size_t processes);
    [[nodiscard]] std::size_t provisioned() const { return provisioned_; }
    /// Processes that are ready or at work.
    [[nodiscard]] std::size_t ready() const;
    /// Why a process that was to be kept ready did not become so; empty when nothing went wrong. No other is
    /// tried until the next invocation, or change.
    [[nodiscard]] const std::string& provisioning_failure() const { return provisioning_failure_; }

    /// Gives work that waits to processes that are free.
    void serve();
    /// When its longest idle process became so; the end of time when none is idle.
    [[nodiscard]] MonotonicTime oldest_idle() const;
    void end_oldest_idle();
    [[nodiscard]] std::size_t size() const { return sandboxes_.size() + preparing_; }

  private:
    void sandbox_idle(Sandbox& sandbox) override;
    void sandbox_failed(Sandbox& sandbox) override;
    void sandbox_lingers(Sandbox&) override { serve(); }
    void sandbox_ended(Sandbox& sandbox) override;

    [[nodiscard]] std::size_t about_to_come_free() const;
    void refuse_waiting(const aws::ServiceError& reason);
    void retire_all();
    bool launch();
    void start(const PreparedCode& code, const Interpreter& interpreter);
    void start_provisioned();
    void launch_failed(const RuntimeFailure& failure);
    void launch_over();
    void settle();
    /// Of processes that are idle, and what those that are gone have left.
    [[nodiscard]] MonotonicTime oldest_unused() const;
    void arm_reaper();
    void reap();
    void remove(Sandbox* sandbox);
    [[nodiscard]] KeptTmp take_left_tmp();

    FunctionPtr function_;
    SandboxDependencies& dependencies_;
    CodeStore& code_;
    Interpreters& interpreters_;
    SandboxBudget& budget_;
    const PoolLimits& limits_;

    std::vector<std::unique_ptr<Sandbox>> sandboxes_;
    std::vector<Sandbox*> idle_;  // the one used last is last
    struct LeftTmp {
        KeptTmp tmp;
        MonotonicTime since;
    };
    std::deque<LeftTmp> left_tmps_;  // of processes that are gone, for as long as one would be idle
    std::deque<Invocation> waiting_;
    std::size_t provisioned_ = 0;
    std::string provisioning_failure_;
    std::size_t preparing_ = 0;  // launches that wait for their code or interpreter
    std::string fingerprint_;    // of the local tree as last prepared
    std::uint64_t generation_ = 0;
    bool closed_ = false;
    Task emptied_;
    TimerId reaper_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
