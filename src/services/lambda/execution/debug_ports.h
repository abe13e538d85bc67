#pragma once

#include <cstdint>
#include <set>
#include <string_view>

namespace millrace::lambda {

/// Ports that debuggers connect to, one a process: the first that is asked for, and those behind it. A port
/// that another program has is the interpreter's to complain about.
class DebugPorts {
  public:
    /// 0: nothing is debugged.
    explicit DebugPorts(std::uint16_t first) : first_(first) {}

    /// The lowest one that is free; 0 when nothing is debugged, or no port is left.
    [[nodiscard]] std::uint16_t take() {
        if (first_ == 0) return 0;
        std::uint16_t port = first_;
        while (port != 0 && taken_.contains(port)) ++port;
        if (port != 0) taken_.insert(port);
        return port;
    }
    void give_back(std::uint16_t port) { taken_.erase(port); }

  private:
    const std::uint16_t first_;
    std::set<std::uint16_t> taken_;
};

/// Python by debugpy, which the interpreter must have; Node.js by its own inspector.
[[nodiscard]] inline bool can_be_debugged(std::string_view runtime) {
    return runtime.starts_with("python") || runtime.starts_with("nodejs");
}

}  // namespace millrace::lambda
