#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/executor.h"
#include "base/random.h"
#include "services/lambda/execution/debug_ports.h"
#include "services/lambda/execution/extensions.h"
#include "services/lambda/execution/failure.h"
#include "services/lambda/execution/invocation.h"
#include "services/lambda/execution/invocation_log.h"
#include "services/lambda/execution/launch_plan.h"
#include "services/lambda/execution/sandbox_host.h"
#include "services/lambda/execution/streamed_response.h"
#include "services/lambda/runtime_api/runtime_api.h"

namespace millrace::lambda {

class Sandbox;

/// Whoever decides what sandboxes do. Told on the home executor; may call run() and kill() inside, but not
/// destroy.
class SandboxOwner {
  public:
    /// Ready for an invocation: after the start, and after each one.
    virtual void sandbox_idle(Sandbox& sandbox) = 0;
    /// The process did not become ready. The oldest waiting invocation has to be told, by sandbox.reject().
    virtual void sandbox_failed(Sandbox& sandbox) = 0;
    /// It answered, but did not come back for the next invocation in good time.
    virtual void sandbox_lingers(Sandbox& sandbox) = 0;
    /// The process is gone: the sandbox can be destroyed, later.
    virtual void sandbox_ended(Sandbox& sandbox) = 0;

  protected:
    ~SandboxOwner() = default;
};

struct SandboxDependencies {
    Executor& home;
    const Clock& clock;
    Random& random;
    ports::LogSink& logs;
    SandboxHost& host;
    LaunchSettings settings;
    DebugPorts debug_ports{0};
};

/// One process of a function and its Runtime API: runs one invocation at a time.
///
///   starting ─next─▶ idle ─run()─▶ busy ─response, error─▶ finishing ─next─▶ idle
///       └──────────────┴─────────────┴────── timeout, exit, kill() ─┴──▶ dead
///
/// External extensions are processes beside it; the sandbox starts, and comes back, when they are ready too.
///
/// A timeout kills the process group and answers AWS's payload; so does a process that exits. The limit of
/// memory is enforced at the end of each invocation (of those under a millisecond, once in 10 ms), by the
/// most that the process ever held, and once a second while one runs, by what it and its descendants hold: it
/// is killed, and the invocation has failed.
class Sandbox final : RuntimeCalls, ProcessEvents, ExtensionsOwner {
  public:
    enum class State { kStarting, kIdle, kBusy, kFinishing, kDead };

    /// Everything referred to must outlive the sandbox.
    Sandbox(FunctionPtr function, SandboxDependencies& dependencies, SandboxOwner& owner);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// Starts the process. When this fails the sandbox is dead and keeps the reason for reject().
    /// `provisioned`: ahead of any invocation, as provisioned concurrency. `tmp`: of one before it.
    bool start(const PreparedCode& code, const Interpreter& interpreter, bool provisioned = false,
               KeptTmp tmp = {});
    /// Only when idle.
    void run(Invocation invocation);
    /// Ends an invocation with the reason why the sandbox did not become ready.
    void reject(Invocation invocation);
    /// Kills the process group; an invocation that runs is answered. sandbox_ended() follows.
    void kill();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] MonotonicTime idle_since() const { return idle_since_; }
    /// Of no more use to its owner after the invocation it runs.
    bool retired = false;
    /// See sandbox_lingers().
    [[nodiscard]] bool lingers() const { return lingers_; }
    /// Its own /tmp, for the one that comes after it; once. None while its extensions still shut down there.
    [[nodiscard]] KeptTmp take_tmp() { return extensions_.gone() ? std::exchange(tmp_, {}) : KeptTmp{}; }

  private:
    void next(http::Respond respond) override;
    void response(std::string_view request_id, std::string payload, http::Respond respond) override;
    void streamed_response(std::string_view request_id, http::Request request,
                           http::Respond respond) override;
    void error(std::string_view request_id, std::string payload, std::string_view error_type,
               http::Respond respond) override;
    void init_error(std::string payload, std::string_view error_type, http::Respond respond) override;
    void on_output(std::string_view line) override { log_.output(line); }
    void on_end(ProcessEnd end) override;
    void extensions_registered() override;
    void extensions_ready() override { proceed(); }
    void extension_failed(RuntimeFailure failure) override;
    void extensions_gone() override;
    void extension_output(std::string_view line) override { log_.extension_output(line); }
    void extension_subscribed(std::string_view name, const TelemetrySubscription& subscription) override;

    [[nodiscard]] std::optional<RuntimeFailure> start_runtime();
    [[nodiscard]] bool may_answer(std::string_view request_id) const;
    void proceed();
    void become_idle();
    void take_result(InvokeResult result);
    void finish(std::string_view status, std::string_view error_type = {});
    void answer(InvokeResult result);
    void initialized(std::string_view status, std::string_view error_type = {});
    void fail_start(RuntimeFailure failure);
    /// For the runtime at once; extensions are told the reason: "spindown", "timeout", "failure".
    void die(std::string_view reason);
    void die_of_failure() { die("failure"); }
    void tell_end();
    void time_out();
    void say_timed_out(std::string_view request_id, std::string_view words);
    /// AWS reports some failures by another type than it answers them with.
    void fail_invocation(std::string_view type, const std::string& words, std::string_view reported_type);
    [[nodiscard]] bool is_worth_measuring() const;
    [[nodiscard]] std::uint64_t memory_limit() const;
    [[nodiscard]] std::uint64_t memory_used() const;
    void look_at_memory(bool with_descendants);
    void check_memory();
    void note_peak();
    void set_timer(TimerId& timer, Milliseconds delay, void (Sandbox::*action)());
    void stop_timer(TimerId& timer);
    [[nodiscard]] Milliseconds patience(Milliseconds limit) const;
    void start_timed_out();
    void linger();

    const FunctionPtr function_;
    SandboxDependencies& dependencies_;
    SandboxOwner& owner_;
    InvocationLog log_;
    State state_ = State::kStarting;
    Telemetry telemetry_;
    Extensions extensions_;
    std::unique_ptr<HostedListener> listener_;
    std::optional<ProcessSpec> runtime_;  // until it is started
    std::unique_ptr<HostedProcess> process_;
    KeptTmp tmp_;
    http::Respond parked_next_;
    std::optional<RuntimeFailure> failure_;

    std::uint16_t debug_port_ = 0;
    bool provisioned_ = false;
    bool runtime_gone_ = false;
    bool end_told_ = false;
    MonotonicTime started_;
    MonotonicTime idle_since_{};
    std::optional<std::chrono::microseconds> init_duration_;  // until the first report
    std::uint64_t memory_used_ = 0;
    MonotonicTime memory_measured_{};
    bool out_of_memory_ = false;
    bool lingers_ = false;

    // Of the invocation that runs.
    std::optional<Invocation> invocation_;
    std::unique_ptr<StreamedResponse> streamed_;  // while its answer comes piece by piece
    std::optional<InvokeResult> held_result_;     // waits for the end of the log
    MonotonicTime run_since_{};
    bool measured_at_answer_ = false;  // its memory
    std::chrono::microseconds duration_{};
    TimerId timeout_;
    TimerId memory_check_;
    TimerId lingering_;
};

}  // namespace millrace::lambda
