#pragma once

#include <sys/types.h>

#include "net/stragglers.h"

namespace millrace::net {

/// Process groups that may be alive at a time.
inline constexpr int kProcessGroupsMax = 4096;

/// A small process of ours that outlives us by a moment: it knows the process groups that run, and when we
/// end, in whatever way, kills them, with all that left them but still carries their marks. It looks for what
/// a group that ended left behind, too: that means reading the environment of every process, which would hold
/// us up. Forked at the first use: best at the start of main(), before there is
/// memory that the fork would keep. Holds no descriptors of ours. Safe from any thread.
class Warden {
  public:
    static Warden& get();

    /// Async-signal-safe. The child registers itself between fork and exec, so that no instant is uncovered.
    [[nodiscard]] bool add(pid_t group, const ProcessMark& mark) const { return tell({group, mark}); }
    /// After the group was killed, and before its id can be used again.
    void remove(pid_t group) const { static_cast<void>(tell({-group, {}})); }

    struct Message {
        pid_t group = 0;  ///< negative: this one has ended
        ProcessMark mark;
    };

  private:
    Warden();
    [[nodiscard]] bool tell(const Message& message) const;

    int socket_ = -1;
};

}  // namespace millrace::net
