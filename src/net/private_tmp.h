#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/error.h"
#include "net/fd.h"

namespace millrace::net {

/// A /tmp that a process has for itself and for those it starts: in memory, empty, gone with the last of
/// them.
struct PrivateTmp {
    std::uint64_t bytes = 0;         ///< more do not fit
    std::vector<std::string> shown;  ///< names of folders of our /tmp that show through; those gone do not
    pid_t same_as = 0;               ///< instead of a new one: that of this process, which has a private one
};

/// Folders that show through, at most.
inline constexpr std::size_t kShownMax = 64;

/// What a child needs to get into its /tmp, prepared before it exists. A process may mount nothing: as root
/// it gets a mount namespace of its own, as another user a user namespace around that, in which it keeps its
/// user, and no right but this. See mount_namespaces(7), user_namespaces(7).
class PrivateTmpPlan {
  public:
    /// Errors: the process that has the /tmp is gone.
    static Result<PrivateTmpPlan> make(const PrivateTmp& tmp);

    /// For clone().
    [[nodiscard]] int clone_flags() const { return clone_flags_; }
    /// In the child, before it runs its program; async-signal-safe. The step that failed, with errno, or
    /// nullptr.
    [[nodiscard]] const char* enter() const;

  private:
    PrivateTmpPlan() = default;
    [[nodiscard]] const char* keep_user() const;
    [[nodiscard]] const char* mount_all() const;

    int clone_flags_ = 0;
    OwnedFd joined_;  ///< a pidfd
    int joined_namespaces_ = 0;
    std::string user_map_;  ///< empty: no user namespace
    std::string group_map_;
    std::string mount_options_;
    std::vector<std::string> shown_;  ///< paths
};

}  // namespace millrace::net
