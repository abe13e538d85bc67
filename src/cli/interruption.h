#pragma once

#include <vector>

namespace millrace::cli {

/// While it lives, Ctrl-C, SIGTERM and SIGHUP do not end the process but are remembered, so that long work
/// can tidy up; a second one ends it. Signals that are ignored (nohup) stay so. One object at a time.
class Interruption {
  public:
    Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;
    ~Interruption();

    [[nodiscard]] bool asked() const;

  private:
    std::vector<int> signals_;
};

}  // namespace millrace::cli
