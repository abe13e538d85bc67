#pragma once

#include <cstdint>
#include <cstdlib>

namespace millrace::sqs {

/// For tests: the seeds that a simulation runs, `last` included: those from 1 to `usual`, or from the
/// environment, MILLRACE_SEED=n for one, MILLRACE_SEEDS=n for so many.
struct SimulationSeeds {
    explicit SimulationSeeds(std::uint64_t usual) {
        const char* from = std::getenv("MILLRACE_SEED");
        const char* count = std::getenv("MILLRACE_SEEDS");
        if (from != nullptr) first = std::strtoull(from, nullptr, 10);
        const std::uint64_t alone = from != nullptr ? 1 : usual;
        last = first + (count != nullptr ? std::strtoull(count, nullptr, 10) : alone) - 1;
    }
    /// Enough of them that what seldom happens must have happened.
    [[nodiscard]] bool are_many() const { return last - first >= 99; }

    std::uint64_t first = 1;
    std::uint64_t last = 1;
};

}  // namespace millrace::sqs
