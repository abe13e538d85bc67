#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "storage/journal/frame.h"

namespace millrace::storage {

/// Frames that go to a segment with one write. Small payloads are copied next to their headers, large ones
/// referred to.
class FrameBatch {
  public:
    /// Memory that start() keeps for the next frames, at most.
    static constexpr std::size_t kKeptBytesMax = 4_MiB;

    /// Before the first frame, and to use the batch again. `place` is the first frame's position in the whole
    /// journal; `settled` goes into every header.
    void start(std::uint64_t place, std::uint32_t settled);

    /// Returns the frame's size. The payload must outlive the batch.
    std::uint32_t add(FrameHeader header, std::string_view payload);

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// Valid until the next add().
    [[nodiscard]] std::vector<std::string_view> pieces() const;

  private:
    struct Large {
        std::size_t after;  ///< so many bytes of copied_ go before
        std::string_view payload;
    };

    std::uint64_t place_ = 0;
    std::uint32_t settled_ = 0;
    std::uint64_t bytes_ = 0;
    std::string copied_;
    std::vector<Large> large_;
};

}  // namespace millrace::storage
