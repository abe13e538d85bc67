#include "tally.h"

#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace millrace::bench {
namespace {

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double microseconds(std::chrono::nanoseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

}  // namespace

nlohmann::json latency_report(const Histogram& histogram) {
    return {{"count", histogram.count()},
            {"median_us", microseconds(histogram.percentile(0.5))},
            {"p90_us", microseconds(histogram.percentile(0.9))},
            {"p99_us", microseconds(histogram.percentile(0.99))},
            {"p999_us", microseconds(histogram.percentile(0.999))},
            {"max_us", microseconds(histogram.longest())},
            {"mean_us", microseconds(histogram.mean())}};
}

void Tally::begin() {
    counting_ = true;
    began_ = Clock::now();
    cpu_seconds_ = cpu_seconds();
}

void Tally::end() {
    counting_ = false;
    seconds_ = std::chrono::duration<double>(Clock::now() - began_).count();
    cpu_seconds_ = cpu_seconds() - cpu_seconds_;
}

void Tally::add(const Outcome& outcome) {
    if (!outcome.problem.empty()) {
        ++problems_[outcome.problem];
        return;
    }
    ++requests_;
    units_ += outcome.units;
    bytes_in_ += outcome.bytes_in;
    bytes_out_ += outcome.bytes_out;
    latency_.record(outcome.done - outcome.scheduled);
}

nlohmann::json Tally::report() const {
    std::uint64_t failed = 0;
    for (const auto& [problem, count] : problems_) failed += count;
    return {{"seconds", seconds_},
            {"requests", requests_},
            {"requests_per_second", static_cast<double>(requests_) / seconds_},
            {"units", units_},
            {"units_per_second", static_cast<double>(units_) / seconds_},
            {"megabytes_in_per_second", static_cast<double>(bytes_in_) / seconds_ / 1e6},
            {"megabytes_out_per_second", static_cast<double>(bytes_out_) / seconds_ / 1e6},
            {"failed", failed},
            {"problems", problems_},
            {"latency", latency_report(latency_)},
            {"client_cpu_seconds", cpu_seconds_},
            {"client_cpu_share", cpu_seconds_ / seconds_}};
}

}  // namespace millrace::bench
