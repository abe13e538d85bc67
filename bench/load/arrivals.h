#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "histogram.h"

namespace millrace::bench {

/// What was sent with an id and is seen elsewhere later: how long it took, what never came, what came twice.
class Arrivals {
  public:
    void sent(std::uint64_t id, MonotonicTime scheduled, bool counts);
    /// Its request failed, so that it need not come.
    void refused(std::uint64_t id);
    /// An answer that may hold ids.
    void seen(std::string_view answer, MonotonicTime now);

    [[nodiscard]] std::size_t awaited() const { return awaited_; }
    [[nodiscard]] nlohmann::json report() const;

  private:
    struct Sent {
        MonotonicTime at;
        bool counts = false;
        bool arrived = false;
    };

    std::unordered_map<std::uint64_t, Sent> sent_;
    std::size_t awaited_ = 0;
    std::uint64_t repeated_ = 0;
    Histogram took_;
};

}  // namespace millrace::bench
