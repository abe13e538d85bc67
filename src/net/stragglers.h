#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <sys/types.h>

namespace millrace::net {

/// An entry of the environment ("NAME=value") that only one process and what it started have: whoever leaves
/// its process group is still known by it, unless it gave up its environment too. Empty: none.
class ProcessMark {
  public:
    static constexpr std::size_t kBytesMax = 255;

    ProcessMark() = default;
    /// Too long a text is no mark.
    explicit ProcessMark(std::string_view text) {
        if (text.size() > kBytesMax) return;
        std::ranges::copy(text, text_.begin());
        size_ = static_cast<unsigned char>(text.size());
    }
    [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

  private:
    unsigned char size_ = 0;
    std::array<char, kBytesMax> text_{};
};

/// What the kernel tells of the processes of this machine, for who may neither allocate nor take a lock: a
/// fork of a process with threads. One at a time.
class ProcessTable {
  public:
    ProcessTable();
    ~ProcessTable();
    ProcessTable(const ProcessTable&) = delete;
    ProcessTable& operator=(const ProcessTable&) = delete;

    /// The next process; 0 after the last one.
    [[nodiscard]] pid_t next();
    /// Whether the environment that the process started with has the entry. False for those of others, and of
    /// who is gone.
    [[nodiscard]] static bool has_mark(std::string_view environment, const ProcessMark& mark);
    /// NUL after each entry; valid until the next call. Its first 256 KiB.
    [[nodiscard]] static std::string_view environment_of(pid_t pid);

  private:
    int directory_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

}  // namespace millrace::net
