#include "services/lambda/execution/pool.h"

#include <algorithm>

#include "services/lambda/errors.h"

namespace millrace::lambda {

Pool::Pool(FunctionPtr function, SandboxDependencies& dependencies, CodeStore& code,
           Interpreters& interpreters, SandboxBudget& budget, const PoolLimits& limits)
    : function_(std::move(function)),
      dependencies_(dependencies),
      code_(code),
      interpreters_(interpreters),
      budget_(budget),
      limits_(limits) {}

Pool::~Pool() {
    *alive_ = false;
    if (reaper_ != TimerId{}) dependencies_.home.cancel(reaper_);
}

void Pool::invoke(Invocation invocation) {
    if (waiting_.size() >= limits_.waiting_max) {
        return invocation.done(refused(throttled("ConcurrentInvocationLimitExceeded")));
    }
    const MonotonicTime now = dependencies_.clock.monotonic();
    if (!sandboxes_.empty() && code_.changed(function_->code, fingerprint_, now)) retire_all();
    waiting_.push_back(std::move(invocation));
    provisioning_failure_.clear();
    serve();
}

std::size_t Pool::about_to_come_free() const {
    const auto coming = [](const std::unique_ptr<Sandbox>& sandbox) {
        const Sandbox::State state = sandbox->state();
        return !sandbox->retired && (state == Sandbox::State::kStarting ||
                                     (state == Sandbox::State::kFinishing && !sandbox->lingers()));
    };
    return preparing_ + static_cast<std::size_t>(std::count_if(sandboxes_.begin(), sandboxes_.end(), coming));
}

void Pool::serve() {
    while (!waiting_.empty()) {
        if (!idle_.empty()) {
            Sandbox* sandbox = idle_.back();
            idle_.pop_back();
            Invocation invocation = std::move(waiting_.front());
            waiting_.pop_front();
            sandbox->run(std::move(invocation));
        } else if (waiting_.size() <= about_to_come_free() || !launch()) {
            break;
        }
    }
    start_provisioned();
}

void Pool::provision(std::size_t processes) {
    provisioned_ = processes;
    provisioning_failure_.clear();
    start_provisioned();
    arm_reaper();
}

void Pool::start_provisioned() {
    if (closed_ || !provisioning_failure_.empty()) return;
    const auto useful = [this] {
        const auto retired = std::ranges::count_if(sandboxes_, [](const auto& sandbox) {
            return sandbox->retired || sandbox->state() == Sandbox::State::kDead;
        });
        return size() - static_cast<std::size_t>(retired);
    };
    while (useful() < provisioned_ && launch()) {
    }
}

std::size_t Pool::ready() const {
    return static_cast<std::size_t>(std::ranges::count_if(sandboxes_, [](const auto& sandbox) {
        const Sandbox::State state = sandbox->state();
        return !sandbox->retired && state != Sandbox::State::kStarting && state != Sandbox::State::kDead;
    }));
}

bool Pool::launch() {
    const std::size_t most = std::max(limits_.sandboxes_per_function_max, provisioned_);
    if (size() >= most || !budget_.take()) return false;
    ++preparing_;
    auto with_code = [this, alive = alive_, generation = generation_](Result<PreparedCode> code) {
        if (!*alive) return;
        if (!code) return launch_failed({"Runtime.InvalidEntrypoint", code.error().message});
        interpreters_.find(function_->runtime, [this, alive, generation, prepared = std::move(*code)](
                                                   std::expected<Interpreter, RuntimeFailure> found) {
            if (!*alive) return;
            if (!found) return launch_failed(found.error());
            // The function changed meanwhile: what waits gets a process of the new one.
            if (generation != generation_) return launch_over();
            --preparing_;
            // Processes of the tree as it was before are of no more use.
            const std::string before = std::exchange(fingerprint_, prepared.fingerprint);
            if (!before.empty() && before != fingerprint_) retire_all();
            start(prepared, *found);
        });
    };
    // Never inside this call: serve() is in the middle of its loop.
    dependencies_.home.post([this, alive = alive_, with_code = std::move(with_code)]() mutable {
        if (*alive) code_.prepare(*function_, std::move(with_code));
    });
    return true;
}

/// One that was killed may not be gone yet.
KeptTmp Pool::take_left_tmp() {
    for (const auto& sandbox : sandboxes_) {
        if (sandbox->retired || sandbox->state() != Sandbox::State::kDead) continue;
        if (KeptTmp tmp = sandbox->take_tmp()) return tmp;
    }
    if (left_tmps_.empty()) return {};
    KeptTmp tmp = std::move(left_tmps_.back().tmp);
    left_tmps_.pop_back();
    return tmp;
}

void Pool::start(const PreparedCode& code, const Interpreter& interpreter) {
    SandboxOwner& owner = *this;
    KeptTmp tmp = take_left_tmp();
    const bool ahead = sandboxes_.size() < provisioned_;
    sandboxes_.push_back(std::make_unique<Sandbox>(function_, dependencies_, owner));
    Sandbox& sandbox = *sandboxes_.back();
    if (sandbox.start(code, interpreter, ahead, std::move(tmp))) return;
    sandbox_failed(sandbox);
    sandbox_ended(sandbox);
}

// Without a sandbox there is no log to write to; the caller learns why all the same.
void Pool::launch_failed(const RuntimeFailure& failure) {
    if (!waiting_.empty()) {
        Invocation invocation = std::move(waiting_.front());
        waiting_.pop_front();
        InvokeResult result{
            .payload = failure_payload(failure.error_type, invocation.request_id, failure.words),
            .function_error = true,
            .executed_version = function_->version};
        invocation.done(std::move(result));
    } else {
        provisioning_failure_ = failure.words;
    }
    launch_over();
}

void Pool::launch_over() {
    --preparing_;
    budget_.give_back();
    settle();
}

void Pool::settle() {
    if (!closed_) return serve();
    if (size() == 0 && emptied_) std::exchange(emptied_, {})();
}

void Pool::sandbox_idle(Sandbox& sandbox) {
    if (sandbox.retired) return sandbox.kill();
    idle_.push_back(&sandbox);
    arm_reaper();
    serve();
}

void Pool::sandbox_failed(Sandbox& sandbox) {
    if (waiting_.empty()) {
        provisioning_failure_ = "FUNCTION_ERROR_INIT_FAILURE";
        return;
    }
    Invocation invocation = std::move(waiting_.front());
    waiting_.pop_front();
    sandbox.reject(std::move(invocation));
}

void Pool::sandbox_ended(Sandbox& sandbox) {
    // One that ends while nobody asks anything of it would do so again.
    if (std::erase(idle_, &sandbox) > 0) provisioning_failure_ = "FUNCTION_ERROR_PERMANENT";
    dependencies_.home.post([this, alive = alive_, gone = &sandbox] {
        if (*alive) remove(gone);
    });
}

void Pool::remove(Sandbox* sandbox) {
    const auto found = std::ranges::find(sandboxes_, sandbox, &std::unique_ptr<Sandbox>::get);
    if (found == sandboxes_.end()) return;
    KeptTmp tmp = sandbox->retired ? KeptTmp{} : sandbox->take_tmp();
    if (tmp) left_tmps_.push_back({std::move(tmp), dependencies_.clock.monotonic()});
    sandboxes_.erase(found);
    arm_reaper();
    budget_.give_back();
    settle();
}

void Pool::retire_all() {
    ++generation_;
    left_tmps_.clear();
    for (const auto& sandbox : sandboxes_) sandbox->retired = true;
    for (Sandbox* sandbox : std::exchange(idle_, {})) sandbox->kill();
}

void Pool::replace_function(FunctionPtr function) {
    function_ = std::move(function);
    provisioning_failure_.clear();
    retire_all();
    serve();
}

void Pool::refuse_waiting(const aws::ServiceError& reason) {
    for (Invocation& invocation : std::exchange(waiting_, {})) invocation.done(refused(reason));
}

void Pool::close(const aws::ServiceError& reason, Task emptied) {
    closed_ = true;
    emptied_ = std::move(emptied);
    retire_all();
    refuse_waiting(reason);
    dependencies_.home.post([this, alive = alive_] {
        if (*alive) settle();
    });
}

void Pool::kill_all(const aws::ServiceError& reason) {
    closed_ = true;
    refuse_waiting(reason);
    idle_.clear();
    for (const auto& sandbox : sandboxes_) {
        if (sandbox->state() != Sandbox::State::kDead) sandbox->kill();
    }
}

void Pool::end(const aws::ServiceError& reason, Task emptied) {
    close(reason, std::move(emptied));
    kill_all(reason);
}

// Those that are to be kept ready are not idle in this sense.
MonotonicTime Pool::oldest_idle() const {
    return idle_.empty() || sandboxes_.size() <= provisioned_ ? MonotonicTime::max()
                                                              : idle_.front()->idle_since();
}

void Pool::end_oldest_idle() {
    if (oldest_idle() == MonotonicTime::max()) return;
    Sandbox* sandbox = idle_.front();
    idle_.erase(idle_.begin());
    sandbox->retired = true;
    sandbox->kill();
}

MonotonicTime Pool::oldest_unused() const {
    return left_tmps_.empty() ? oldest_idle() : std::min(oldest_idle(), left_tmps_.front().since);
}

void Pool::arm_reaper() {
    if (reaper_ != TimerId{} || oldest_unused() == MonotonicTime::max()) return;
    reaper_ = dependencies_.home.run_at(oldest_unused() + limits_.idle_max, [this] {
        reaper_ = {};
        reap();
    });
}

void Pool::reap() {
    const MonotonicTime now = dependencies_.clock.monotonic();
    while (oldest_idle() != MonotonicTime::max() && oldest_idle() + limits_.idle_max <= now)
        end_oldest_idle();
    std::erase_if(left_tmps_, [&](const LeftTmp& left) { return left.since + limits_.idle_max <= now; });
    arm_reaper();
}

}  // namespace millrace::lambda
