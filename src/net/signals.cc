#include "net/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "base/assert.h"

namespace millrace::net {
namespace {

/// The handler may run on any thread at any instruction: it writes one byte, the signal's number, and nothing
/// else.
std::atomic<int> pipe_for_handler = -1;

extern "C" void millrace_on_signal(int signal) {
    const int saved = errno;
    const auto byte = static_cast<char>(signal);
    [[maybe_unused]] const auto written = ::write(pipe_for_handler.load(), &byte, 1);
    errno = saved;
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

Signals::Signals(Loop& loop, std::initializer_list<int> signals, OnSignal on_signal)
    : signals_(signals), on_signal_(std::move(on_signal)) {
    std::array<int, 2> ends{};
    MILLRACE_ASSERT(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    write_end_.reset(ends[1]);
    MILLRACE_ASSERT(pipe_for_handler.exchange(write_end_.get()) == -1);
    read_end_.open(loop, OwnedFd(ends[0]), *this);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);  // the write that passes the limit says so
    for (const int signal : signals_) handle(signal, millrace_on_signal);
}

Signals::~Signals() {
    for (const int signal : signals_) handle(signal, SIG_DFL);
    handle(SIGPIPE, SIG_DFL);
    handle(SIGXFSZ, SIG_DFL);
    pipe_for_handler = -1;
}

void Signals::on_ready(Ready) {
    std::array<char, 64> bytes;
    for (;;) {
        const ssize_t got = ::read(read_end_.fd(), bytes.data(), bytes.size());
        if (got <= 0) return;
        for (ssize_t i = 0; i < got; ++i) on_signal_(bytes[static_cast<std::size_t>(i)]);
    }
}

}  // namespace millrace::net
