#pragma once

#include <functional>

#include "base/time.h"
#include "net/watch.h"

namespace millrace::bench {

/// Beats at a fixed rate, to the microsecond: the loop's own timers keep milliseconds. Late beats are made up
/// for at once, each with the time at which it was due.
class Metronome final : private net::ReadyHandler {
  public:
    using OnBeat = std::function<void(MonotonicTime due)>;

    /// `rate`: beats a second, more than 0.
    Metronome(net::Loop& loop, double rate, OnBeat on_beat);
    void stop() { watch_.close(); }

  private:
    void on_ready(net::Ready ready) override;
    void beat();
    [[nodiscard]] MonotonicTime due() const;

    const double rate_;
    const OnBeat on_beat_;
    const MonotonicTime start_ = std::chrono::steady_clock::now();
    std::uint64_t beats_ = 0;
    net::Watch watch_;
};

}  // namespace millrace::bench
