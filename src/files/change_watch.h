#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/error.h"

namespace millrace::files {

/// Tells when one of some files is written, replaced or created again, or something below one of some
/// directories is changed or removed. Of files it watches the directories, because editors replace files
/// rather than write them. Changes that come together are told once.
///
/// Threads: wait() blocks the calling thread, which is the one that follows files; stop() may be called from
/// another one.
class ChangeWatch {
  public:
    static Result<std::unique_ptr<ChangeWatch>> open();
    ~ChangeWatch();
    ChangeWatch(const ChangeWatch&) = delete;
    ChangeWatch& operator=(const ChangeWatch&) = delete;

    /// A file, or a directory with what is below it by now; directories made later are followed when it is
    /// followed again, and so is what is missing with the directory that would hold it: that one is told when
    /// it comes, and when it goes. A file that is followed already is followed once.
    [[nodiscard]] Result<> follow(const std::string& path);

    /// True after the next change, when nothing more has changed for a moment; false after stop(), now or
    /// earlier.
    bool wait();
    void stop();

  private:
    struct Followed {
        std::set<std::string> names;  ///< files of the directory
        bool everything = false;      ///< all that is in the directory
    };
    enum class News { kNone, kNotifications, kStop };

    ChangeWatch(int notifications, int stopped) : notifications_(notifications), stopped_(stopped) {}
    [[nodiscard]] Result<Followed*> watch(const std::string& directory);
    [[nodiscard]] Result<> follow_name(const std::string& path);
    [[nodiscard]] Result<> follow_contents(const std::string& path);
    [[nodiscard]] News await(int milliseconds) const;
    /// Reads notifications that are there; whether one is about something that is followed.
    bool take();
    bool take(const char* buffer, std::size_t size);

    std::map<int, Followed> followed_;  ///< by the directory's watch descriptor
    int notifications_;
    int stopped_;
};

}  // namespace millrace::files
