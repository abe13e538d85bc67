#pragma once

#include <sys/types.h>

namespace millrace::net {

/// Process groups that may be alive at a time.
inline constexpr int kProcessGroupsMax = 4096;

/// A small process of ours that outlives us by a moment: it knows the process groups that run, and when we
/// end, in whatever way, kills them. Forked at the first use: best at the start of main(), before there is
/// memory that the fork would keep. Holds no descriptors of ours. Safe from any thread.
class Warden {
  public:
    static Warden& get();

    /// Async-signal-safe. The child registers itself between fork and exec, so that no instant is uncovered.
    [[nodiscard]] bool add(pid_t group) const { return tell(group); }
    /// After the group was killed, and before its id can be used again.
    void remove(pid_t group) const { static_cast<void>(tell(-group)); }

  private:
    Warden();
    [[nodiscard]] bool tell(pid_t message) const;

    int socket_ = -1;
};

}  // namespace millrace::net
