#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "storage/entry_buffer.h"
#include "store.h"

namespace millrace::bench {

struct Load {
    std::size_t writers = 1;  ///< each waits for the answer before it appends again
    std::size_t batch = 1;    ///< records of one append
    std::size_t record_bytes = 1024;
    std::size_t logs = 1;  ///< the records go to them at random
};

/// Appends as a service does: encodes the records of a batch into one buffer, waits for the commit.
class Appender {
  public:
    Appender(Store& store, const Load& load);

    /// Until so many more appends are answered.
    void run(std::size_t appends);

    /// Of the last run: how long each append waited, and the bytes of each group that was committed.
    [[nodiscard]] const std::vector<std::chrono::nanoseconds>& waits() const { return waits_; }
    [[nodiscard]] const std::vector<std::uint64_t>& groups() const { return groups_; }

  private:
    void append();
    void answered(std::chrono::steady_clock::time_point began);

    Store& store_;
    Load load_;
    SeededRandom random_{1};
    std::string source_;  ///< of the records' bytes
    std::size_t to_start_ = 0;
    std::size_t waiting_ = 0;
    storage::Journal::Stats stats_;
    std::vector<std::chrono::nanoseconds> waits_;
    std::vector<std::uint64_t> groups_;
};

}  // namespace millrace::bench
