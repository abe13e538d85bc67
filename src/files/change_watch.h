#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/error.h"

namespace millrace::files {

/// Tells when one of some files is written, replaced or created again. It watches their directories, because
/// editors replace files rather than write them.
///
/// Threads: wait() blocks the calling thread, which is the one that follows files; stop() may be called from
/// another one.
class ChangeWatch {
  public:
    static Result<std::unique_ptr<ChangeWatch>> open();
    ~ChangeWatch();
    ChangeWatch(const ChangeWatch&) = delete;
    ChangeWatch& operator=(const ChangeWatch&) = delete;

    /// From now on. The file's directory must exist. Again for a file that is followed already changes
    /// nothing.
    [[nodiscard]] Result<> follow(const std::string& path);

    /// True after the next change, false after stop(), now or earlier.
    bool wait();
    void stop();

  private:
    ChangeWatch(int notifications, int stopped) : notifications_(notifications), stopped_(stopped) {}
    /// Whether one of the notifications is about a file that is followed.
    [[nodiscard]] bool mentions(const char* buffer, std::size_t size) const;

    std::map<int, std::set<std::string>> names_;  ///< within the directory, by its watch descriptor
    int notifications_;
    int stopped_;
};

}  // namespace millrace::files
