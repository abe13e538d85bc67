#pragma once

#include <memory>
#include <string>

#include "base/error.h"

namespace millrace::files {

/// Tells when a file is written, replaced or created again. It watches the file's directory, because editors
/// replace files rather than write them.
///
/// Threads: wait() blocks the calling thread; stop() may be called from another one.
class ChangeWatch {
  public:
    /// The file's directory must exist.
    static Result<std::unique_ptr<ChangeWatch>> open(const std::string& path);
    ~ChangeWatch();
    ChangeWatch(const ChangeWatch&) = delete;
    ChangeWatch& operator=(const ChangeWatch&) = delete;

    /// True after the next change, false after stop(), now or earlier.
    bool wait();
    void stop();

  private:
    ChangeWatch(std::string name, int notifications, int stopped);

    std::string name_;  // within the directory
    int notifications_;
    int stopped_;
};

}  // namespace millrace::files
