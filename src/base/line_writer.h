#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "base/mutex.h"
#include "base/units.h"

namespace millrace {

/// Writes whole lines to a descriptor from a thread of its own, so that whoever does not read our stdout
/// stops neither the event loop nor a function. What the reader is behind by is kept up to kBacklogBytesMax;
/// beyond that lines are dropped, and a line says how many as soon as there is room. The first line after a
/// pause is written at once; behind it the thread naps for kNap, so that many lines cost few wake-ups. Safe
/// from any thread.
class LineWriter {
  public:
    static constexpr std::size_t kBacklogBytesMax = 16_MiB;
    static constexpr std::chrono::milliseconds kNap{1};

    explicit LineWriter(int descriptor) : descriptor_(descriptor) {}
    /// Waits until everything is written, or the descriptor refuses.
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    /// The newline is added.
    void write(std::string_view line);

  private:
    void run();
    void nap();
    /// Waits for lines; empty when there will be no more.
    std::string take();
    void write_all(std::string_view bytes);

    int descriptor_;
    Mutex mutex_;
    ConditionVariable filled_;
    std::string backlog_ GUARDED_BY(mutex_);
    std::uint64_t dropped_ GUARDED_BY(mutex_) = 0;
    bool ending_ GUARDED_BY(mutex_) = false;
    bool waiting_ GUARDED_BY(mutex_) = false;
    bool broken_ = false;  // the writer's own
    std::thread thread_;   // started by the first line
};

}  // namespace millrace
