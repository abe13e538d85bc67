#include "services/lambda/execution/sandbox.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/assert.h"
#include "codec/timestamp.h"
#include "services/lambda/execution/trace.h"

namespace millrace::lambda {

namespace {

/// How long a process may take to ask for its first invocation, or the function's timeout if that is longer.
constexpr Seconds kStartMax{10};
constexpr Seconds kDebuggedMax{24 * 3600};
constexpr Milliseconds kMemoryCheckEvery{1000};
/// Asking the kernel takes as long as a short invocation itself. One that was shorter than kTooShortToGrow
/// cannot have touched much memory, and is measured with one of its next.
constexpr std::chrono::microseconds kTooShortToGrow{1000};
constexpr Milliseconds kMeasuredWithin{10};
/// A runtime asks for the next invocation right after it answered; one that does something else first is not
/// waited for any longer than this.
constexpr Milliseconds kLingerAfter{50};

std::chrono::microseconds since(MonotonicTime from, MonotonicTime to) {
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from);
}

bool timed_out(const RuntimeFailure& failure) {
    return failure.error_type == "Sandbox.Timedout";
}

}  // namespace

Sandbox::Sandbox(FunctionPtr function, SandboxDependencies& dependencies, SandboxOwner& owner)
    : function_(std::move(function)),
      dependencies_(dependencies),
      owner_(owner),
      log_(*function_,
           log_stream_name(dependencies.clock.now(), function_->version, make_uuid(dependencies.random)),
           dependencies.logs, dependencies.clock),
      telemetry_(dependencies.home, dependencies.clock, dependencies.host),
      extensions_(*function_, dependencies.home, dependencies.clock, dependencies.random, dependencies.host,
                  *this),
      started_(dependencies.clock.monotonic()) {
    log_.tell(&telemetry_);
}

Sandbox::~Sandbox() {
    stop_timer(timeout_);
    stop_timer(memory_check_);
    stop_timer(lingering_);
    dependencies_.debug_ports.give_back(debug_port_);
}

bool Sandbox::start(const PreparedCode& code, const Interpreter& interpreter, bool provisioned, KeptTmp tmp) {
    const auto cannot = [this](RuntimeFailure failure) {
        failure_ = std::move(failure);
        tmp_.reset();  // what shows through there may be out of date
        state_ = State::kDead;
        return false;
    };
    if (can_be_debugged(function_->runtime)) debug_port_ = dependencies_.debug_ports.take();
    auto spec = plan_launch(
        *function_,
        {.code = code, .log_stream = log_.stream(), .provisioned = provisioned, .debug_port = debug_port_},
        interpreter, dependencies_.settings);
    if (!spec) return cannot(std::move(spec.error()));
    if (!interpreter.warning.empty()) log_.platform(interpreter.warning);
    if (debug_port_ != 0) {
        log_.platform(
            fmt::format("a debugger may connect to 127.0.0.1:{}; timeouts are off meanwhile", debug_port_));
    }

    auto listener = dependencies_.host.listen(
        [this](http::Request request, http::Respond respond) {
            if (extensions_.route(request, respond)) return;
            route_runtime_request(std::move(request), std::move(respond), *this);
        },
        is_streamed);
    if (!listener) return cannot({"Runtime.StartFailure", listener.error().message});
    listener_ = std::move(*listener);
    spec->environment.push_back("AWS_LAMBDA_RUNTIME_API=" + listener_->address());

    if (spec->tmp) spec->tmp->same_as = tmp_ = std::move(tmp);
    if (Result<> extended = extensions_.start(code.layers_root, *spec); !extended)
        return cannot({"Extension.LaunchError", extended.error().message});
    if (spec->tmp) tmp_ = spec->tmp->same_as;
    runtime_ = std::move(*spec);
    if (extensions_.have_registered()) {
        if (auto failure = start_runtime()) return cannot(std::move(*failure));
    }
    provisioned_ = provisioned;
    log_.event(init_start_event(*function_, provisioned));
    const Milliseconds limit = std::max(kStartMax, Seconds{function_->timeout_seconds});
    set_timer(timeout_, patience(limit), &Sandbox::start_timed_out);
    return true;
}

std::optional<RuntimeFailure> Sandbox::start_runtime() {
    auto process = dependencies_.host.start(*std::exchange(runtime_, std::nullopt), *this);
    if (!process) return RuntimeFailure{"Runtime.InvalidEntrypoint", process.error().message};
    process_ = std::move(*process);
    tmp_ = process_->tmp();
    return std::nullopt;
}

void Sandbox::extensions_registered() {
    if (!runtime_ || state_ != State::kStarting) return;
    if (auto failure = start_runtime()) {
        fail_start(std::move(*failure));
        die_of_failure();
    }
}

/// Whoever debugs a function stops it for longer than it may take.
Milliseconds Sandbox::patience(Milliseconds limit) const {
    return debug_port_ == 0 ? limit : std::max<Milliseconds>(limit, kDebuggedMax);
}

void Sandbox::start_timed_out() {
    const auto limit = std::max(static_cast<int>(kStartMax.count()), function_->timeout_seconds);
    fail_start({"Sandbox.Timedout", timeout_words(limit)});
    die("timeout");
}

void Sandbox::initialized(std::string_view status, std::string_view error_type) {
    note_peak();
    const InitReport report{.duration = since(started_, dependencies_.clock.monotonic()),
                            .provisioned = provisioned_,
                            .status = status,
                            .error_type = error_type};
    log_.event(init_runtime_done_event(report));
    log_.event(init_report_event(report));
}

void Sandbox::fail_start(RuntimeFailure failure) {
    if (timed_out(failure)) {
        initialized("timeout");
    } else {
        initialized("error", failure.error_type);
    }
    failure_ = std::move(failure);
    state_ = State::kDead;
    stop_timer(timeout_);
    owner_.sandbox_failed(*this);
}

void Sandbox::reject(Invocation invocation) {
    MILLRACE_ASSERT(failure_);
    run_since_ = started_;
    duration_ = since(started_, dependencies_.clock.monotonic());
    log_.begin(invocation.request_id, invocation.want_log_tail);
    log_.event(start_event(invocation.request_id, function_->version));
    const bool late = timed_out(*failure_);
    if (late) {
        say_timed_out(invocation.request_id, failure_->words);
    } else {
        log_.platform(fmt::format("RequestId: {} Error: {} {}", invocation.request_id, failure_->words,
                                  failure_->error_type));
    }
    std::string payload = failure_->payload.empty()
                              ? failure_payload(failure_->error_type, invocation.request_id, failure_->words)
                              : failure_->payload;
    invocation_ = std::move(invocation);
    held_result_ = InvokeResult{.payload = std::move(payload), .function_error = true};
    if (late) return finish("timeout");
    finish("error", failure_->error_type);
}

void Sandbox::run(Invocation invocation) {
    MILLRACE_ASSERT(state_ == State::kIdle && parked_next_);
    state_ = State::kBusy;
    invocation_ = std::move(invocation);
    run_since_ = dependencies_.clock.monotonic();
    measured_at_answer_ = false;
    const std::string request_id = invocation_->request_id;
    log_.begin(request_id, invocation_->want_log_tail);

    const Seconds limit{function_->timeout_seconds};
    set_timer(timeout_, patience(limit), &Sandbox::time_out);
    if (limit > kMemoryCheckEvery) set_timer(memory_check_, kMemoryCheckEvery, &Sandbox::check_memory);
    const WallTime now = dependencies_.clock.now();
    const std::string arn = invocation_->invoked_arn.empty() ? function_->arn() : invocation_->invoked_arn;
    const std::string trace = next_trace(invocation_->trace, *function_, request_id, now);
    extensions_.invoke(
        {.request_id = request_id, .function_arn = arn, .trace_id = trace, .deadline = now + limit});
    std::exchange(parked_next_, {})(next_response({.request_id = request_id,
                                                   .function_arn = arn,
                                                   .trace_id = trace,
                                                   .client_context = invocation_->client_context,
                                                   .deadline = now + limit,
                                                   .payload = std::move(invocation_->payload)}));
    // The function starts meanwhile; what it prints is not read before this turn is over.
    log_.event(start_event(request_id, function_->version));
}

/// When the runtime and all extensions wait for what comes next.
void Sandbox::proceed() {
    if (!parked_next_ || !extensions_.ready()) return;
    if (state_ == State::kStarting) {
        extensions_.close_registration();
        for (const Extensions::Registered& extension : extensions_.registered())
            log_.event(extension_event(extension.name, extension.events));
        init_duration_ = since(started_, dependencies_.clock.monotonic());
        stop_timer(timeout_);
        initialized("success");
        become_idle();
    } else if (state_ == State::kFinishing) {
        finish({});
        if (state_ != State::kDead) become_idle();
    }
}

void Sandbox::become_idle() {
    state_ = State::kIdle;
    lingers_ = false;
    idle_since_ = dependencies_.clock.monotonic();
    owner_.sandbox_idle(*this);
}

void Sandbox::take_result(InvokeResult result) {
    duration_ = since(run_since_, dependencies_.clock.monotonic());
    // What is streamed was answered already.
    if (!invocation_->stream && is_worth_measuring()) {
        look_at_memory(false);
        measured_at_answer_ = true;
    }
    if (out_of_memory_ && !invocation_->stream) return process_->kill();  // so it ends as a crash
    state_ = State::kFinishing;
    set_timer(lingering_, kLingerAfter, &Sandbox::linger);
    if (invocation_->want_log_tail) {
        held_result_ = std::move(result);
    } else {
        answer(std::move(result));
    }
}

void Sandbox::linger() {
    lingers_ = true;
    owner_.sandbox_lingers(*this);
}

void Sandbox::answer(InvokeResult result) {
    result.executed_version = function_->version;
    // Last, as it may lead back here.
    if (auto done = std::exchange(invocation_->done, {})) done(std::move(result));
}

void Sandbox::finish(std::string_view status, std::string_view error_type) {
    stop_timer(timeout_);
    stop_timer(memory_check_);
    stop_timer(lingering_);
    streamed_.reset();
    if (is_worth_measuring()) look_at_memory(false);
    if (process_) process_->flush_output();
    const InvocationReport report{.duration = duration_,
                                  .memory_mb = function_->memory_mb,
                                  .memory_used_bytes = memory_used(),
                                  .init_duration = std::exchange(init_duration_, std::nullopt),
                                  .provisioned = provisioned_,
                                  .status = status,
                                  .error_type = error_type};
    log_.event(runtime_done_event(invocation_->request_id, report));
    log_.event(report_event(invocation_->request_id, report));
    if (held_result_) {
        InvokeResult result = *std::exchange(held_result_, std::nullopt);
        result.log_tail = log_.tail();
        answer(std::move(result));
    }
    log_.end();
    invocation_.reset();
    if (out_of_memory_) die("failure");
}

void Sandbox::time_out() {
    if (state_ == State::kBusy) {
        duration_ = since(run_since_, dependencies_.clock.monotonic());
        const std::string words = timeout_words(function_->timeout_seconds);
        say_timed_out(invocation_->request_id, words);
        held_result_ =
            InvokeResult{.payload = failure_payload("Sandbox.Timedout", invocation_->request_id, words),
                         .function_error = true};
        look_at_memory(true);
        die("timeout");
        finish("timeout");
    } else {
        // Answered, but never came back.
        die("timeout");
        finish({});
    }
}

void Sandbox::say_timed_out(std::string_view request_id, std::string_view words) {
    log_.platform(
        fmt::format("{} {} {}", codec::format_iso8601(dependencies_.clock.now()), request_id, words));
}

void Sandbox::extension_subscribed(std::string_view name, const TelemetrySubscription& subscription) {
    telemetry_.subscribe(std::string(name), subscription);
    log_.event(telemetry_subscription_event(name, subscription.types));
}

void Sandbox::fail_invocation(std::string_view type, const std::string& words,
                              std::string_view reported_type) {
    duration_ = since(run_since_, dependencies_.clock.monotonic());
    log_.platform(fmt::format("RequestId: {} Error: {} {}", invocation_->request_id, words, type));
    held_result_ = InvokeResult{.payload = failure_payload(type, invocation_->request_id, words),
                                .function_error = true};
    finish("error", reported_type);
}

void Sandbox::extension_failed(RuntimeFailure failure) {
    const State before = state_;
    if (before == State::kDead) return;
    if (before == State::kStarting) fail_start(failure);
    die("failure");
    if (before == State::kBusy) fail_invocation(failure.error_type, failure.words, failure.error_type);
    if (before == State::kFinishing) finish({});
    // Its owner would still take it for idle.
    if (before == State::kIdle) tell_end();
}

void Sandbox::on_end(ProcessEnd end) {
    const State before = std::exchange(state_, State::kDead);
    stop_timer(timeout_);
    switch (before) {
        case State::kStarting:
            fail_start({"Runtime.ExitError", exit_words(end)});
            break;
        case State::kBusy:
            fail_invocation("Runtime.ExitError", exit_words(end),
                            out_of_memory_ ? "Runtime.OutOfMemory" : "Runtime.ExitError");
            break;
        case State::kFinishing:
            finish({});
            break;
        case State::kIdle:  // its owner must not take it for idle any longer
            return tell_end();
        case State::kDead:
            break;
    }
    extensions_.shut_down("failure");
    runtime_gone_ = true;
    if (extensions_.gone()) tell_end();
}

void Sandbox::extensions_gone() {
    if (runtime_gone_) tell_end();
}

void Sandbox::tell_end() {
    if (!std::exchange(end_told_, true)) owner_.sandbox_ended(*this);
}

void Sandbox::kill() {
    const State before = state_;
    die("spindown");
    if (before == State::kBusy) {
        held_result_ = refused({.code = "ServiceException",
                                .message = "The invocation was stopped: Millrace is shutting down.",
                                .http_status = 500,
                                .sender_fault = false});
        finish("error");
    } else if (before == State::kFinishing) {
        finish({});
    }
}

void Sandbox::die(std::string_view reason) {
    state_ = State::kDead;
    stop_timer(timeout_);
    telemetry_.flush();
    extensions_.shut_down(reason);
    if (process_) {
        process_->kill();
    } else {
        runtime_gone_ = true;  // it never came
    }
    if (auto respond = std::exchange(parked_next_, {}))
        respond(runtime_error(500, "Shutdown", "Shutting down"));
}

void Sandbox::check_memory() {
    set_timer(memory_check_, kMemoryCheckEvery, &Sandbox::check_memory);
    look_at_memory(true);
    // Its exit ends the invocation as a crash, "signal: killed".
    if (out_of_memory_) process_->kill();
}

bool Sandbox::is_worth_measuring() const {
    return !measured_at_answer_ && (duration_ >= kTooShortToGrow ||
                                    dependencies_.clock.monotonic() - memory_measured_ >= kMeasuredWithin);
}

/// AWS has none that holds more than it may.
std::uint64_t Sandbox::memory_used() const {
    return out_of_memory_ ? std::min(memory_used_, memory_limit()) : memory_used_;
}

std::uint64_t Sandbox::memory_limit() const {
    return static_cast<std::uint64_t>(function_->memory_mb) * 1_MiB;
}

void Sandbox::look_at_memory(bool with_descendants) {
    if (!process_ || state_ == State::kDead) return;
    memory_measured_ = dependencies_.clock.monotonic();
    const HostedProcess::Memory memory = process_->memory(with_descendants);
    memory_used_ = std::max({memory_used_, memory.resident, memory.peak});
    // The peak counts without what the system could have taken away.
    const std::uint64_t held = std::max(memory.resident, memory.peak - std::min(memory.peak, memory.files));
    if (held > memory_limit() && !out_of_memory_) {
        out_of_memory_ = true;
        log_.platform(
            fmt::format("RequestId: {} Error: the function held {} MB of memory, more than its {} MB",
                        invocation_->request_id, held / 1_MiB, function_->memory_mb));
    }
}

// For reports of what ends before it is measured: a crash leaves nothing to look at.
void Sandbox::note_peak() {
    if (process_) memory_used_ = std::max(memory_used_, process_->memory(false).peak);
}

void Sandbox::set_timer(TimerId& timer, Milliseconds delay, void (Sandbox::*action)()) {
    stop_timer(timer);
    timer = dependencies_.home.run_at(dependencies_.clock.monotonic() + delay, [this, &timer, action] {
        timer = {};
        (this->*action)();
    });
}

void Sandbox::stop_timer(TimerId& timer) {
    if (timer != TimerId{}) dependencies_.home.cancel(std::exchange(timer, TimerId{}));
}

}  // namespace millrace::lambda
