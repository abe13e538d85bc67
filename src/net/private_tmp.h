#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/error.h"
#include "net/fd.h"

namespace millrace::net {

/// A process's own /tmp, for processes that come after it: there as long as one of them, or this, is.
class KeptTmp {
  public:
    KeptTmp(OwnedFd mounts, OwnedFd user) : user_(std::move(user)), mounts_(std::move(mounts)) {}

    /// Async-signal-safe. False: with errno.
    [[nodiscard]] bool enter() const;

  private:
    OwnedFd user_;  ///< none: of ours
    OwnedFd mounts_;
};

/// A /tmp that a process has for itself and for those it starts: in memory, and empty.
struct PrivateTmp {
    std::uint64_t bytes = 0;         ///< more do not fit
    std::vector<std::string> shown;  ///< names of folders of our /tmp that show through; those gone do not
    std::shared_ptr<const KeptTmp> same_as = {};  ///< instead of a new one
};

/// Folders that show through, at most: the first ones.
inline constexpr std::size_t kShownMax = 64;

/// What a child needs to get into its /tmp, prepared before it exists. A process may mount nothing: as root
/// it gets a mount namespace of its own, as another user a user namespace around that, in which it keeps its
/// user, and no right but this. See mount_namespaces(7), user_namespaces(7).
class PrivateTmpPlan {
  public:
    explicit PrivateTmpPlan(const PrivateTmp& tmp);

    /// For clone().
    [[nodiscard]] int clone_flags() const { return clone_flags_; }
    /// In the child, before it runs its program; async-signal-safe. The step that failed, with errno, or
    /// nullptr.
    [[nodiscard]] const char* enter() const;
    /// In the parent, when the child has entered it, also when the child is gone again. None when descriptors
    /// are short.
    [[nodiscard]] std::shared_ptr<const KeptTmp> kept() const;

  private:
    [[nodiscard]] const char* keep_user() const;
    [[nodiscard]] const char* mount_all() const;
    void send_namespaces() const;

    int clone_flags_ = 0;
    std::shared_ptr<const KeptTmp> joined_;
    OwnedFd childs_end_;  ///< by which the child sends its namespaces: it may end before they can be opened
    OwnedFd our_end_;
    std::string user_map_;  ///< empty: no user namespace
    std::string group_map_;
    std::string mount_options_;
    std::vector<std::string> shown_;  ///< paths
};

}  // namespace millrace::net
