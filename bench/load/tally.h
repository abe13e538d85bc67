#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "histogram.h"

namespace millrace::bench {

/// What became of one request.
struct Outcome {
    int status = 0;         ///< of HTTP; 0: no answer
    std::string problem;    ///< empty when all of it succeeded
    std::size_t units = 0;  ///< records or messages
    std::size_t bytes_in = 0;
    std::size_t bytes_out = 0;
    std::chrono::steady_clock::time_point scheduled;  ///< when it should have been sent
    std::chrono::steady_clock::time_point done;
};

/// What is counted while it counts.
class Tally {
  public:
    void begin();
    void end();
    [[nodiscard]] bool counting() const { return counting_; }

    void add(const Outcome& outcome);
    [[nodiscard]] nlohmann::json report() const;

  private:
    using Clock = std::chrono::steady_clock;

    bool counting_ = false;
    Clock::time_point began_;
    double seconds_ = 0;
    double cpu_seconds_ = 0;
    std::uint64_t requests_ = 0;
    std::uint64_t units_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    std::map<std::string, std::uint64_t> problems_;
    Histogram latency_;
};

/// {"median_us":..., "p90_us":..., "p99_us":..., "p999_us":..., "max_us":..., "mean_us":..., "count":...}
[[nodiscard]] nlohmann::json latency_report(const Histogram& histogram);

}  // namespace millrace::bench
