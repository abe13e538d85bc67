#include "services/lambda/execution/failure.h"

#include <csignal>
#include <fmt/format.h>

#include "codec/json_writer.h"

namespace millrace::lambda {

namespace {

// As Go's os package, which AWS's words come from, names them.
std::string signal_name(int signal) {
    switch (signal) {
        case SIGHUP:
            return "hangup";
        case SIGINT:
            return "interrupt";
        case SIGQUIT:
            return "quit";
        case SIGILL:
            return "illegal instruction";
        case SIGTRAP:
            return "trace/breakpoint trap";
        case SIGABRT:
            return "aborted";
        case SIGBUS:
            return "bus error";
        case SIGFPE:
            return "floating point exception";
        case SIGKILL:
            return "killed";
        case SIGSEGV:
            return "segmentation fault";
        case SIGPIPE:
            return "broken pipe";
        case SIGALRM:
            return "alarm clock";
        case SIGTERM:
            return "terminated";
        default:
            return fmt::format("signal {}", signal);
    }
}

}  // namespace

std::string failure_payload(std::string_view error_type, std::string_view request_id, std::string_view what) {
    std::string payload;
    codec::JsonWriter(payload)
        .begin_object()
        .key("errorType")
        .string(error_type)
        .key("errorMessage")
        .string(fmt::format("RequestId: {} Error: {}", request_id, what))
        .end_object();
    return payload;
}

std::string timeout_words(int seconds) {
    return fmt::format("Task timed out after {}.00 seconds", seconds);
}

std::string exit_words(ProcessEnd end) {
    if (end.signaled) return fmt::format("Runtime exited with error: signal: {}", signal_name(end.code));
    if (end.code == 0) return "Runtime exited without providing a reason";
    return fmt::format("Runtime exited with error: exit status {}", end.code);
}

}  // namespace millrace::lambda
