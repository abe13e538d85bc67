#include "metronome.h"

#include <cstdio>
#include <cstdlib>
#include <sys/timerfd.h>
#include <unistd.h>

namespace millrace::bench {

Metronome::Metronome(net::Loop& loop, double rate, OnBeat on_beat)
    : rate_(rate), on_beat_(std::move(on_beat)) {
    net::OwnedFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!timer) {
        std::perror("timerfd_create");
        std::exit(1);
    }
    watch_.open(loop, std::move(timer), *this);
    beat();
}

MonotonicTime Metronome::due() const {
    const std::chrono::duration<double> after(static_cast<double>(beats_) / rate_);
    return start_ + std::chrono::duration_cast<MonotonicTime::duration>(after);
}

void Metronome::on_ready(net::Ready) {
    std::uint64_t expirations = 0;
    if (::read(watch_.fd(), &expirations, sizeof expirations) > 0) beat();
}

void Metronome::beat() {
    while (watch_ && due() <= std::chrono::steady_clock::now()) {
        const MonotonicTime at = due();
        ++beats_;
        on_beat_(at);
    }
    if (!watch_) return;
    const auto next = due().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<Seconds>(next);
    itimerspec when{};
    when.it_value = {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(next - seconds).count()};
    ::timerfd_settime(watch_.fd(), TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace millrace::bench
