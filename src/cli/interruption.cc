#include "cli/interruption.h"

#include <csignal>

namespace millrace::cli {
namespace {

volatile std::sig_atomic_t interruption_asked = 0;

extern "C" void millrace_on_interruption(int) {
    interruption_asked = 1;
}

}  // namespace

Interruption::Interruption() {
    interruption_asked = 0;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action{};
        if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
        action.sa_handler = millrace_on_interruption;
        action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
        if (::sigaction(signal, &action, nullptr) == 0) signals_.push_back(signal);
    }
}

Interruption::~Interruption() {
    for (const int signal : signals_) std::signal(signal, SIG_DFL);
}

bool Interruption::asked() const {
    return interruption_asked != 0;
}

}  // namespace millrace::cli
