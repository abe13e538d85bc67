#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/error.h"
#include "net/fd.h"
#include "net/private_tmp.h"

namespace millrace::net {

struct ProcessLimits {
    std::optional<std::uint64_t> open_files;  ///< RLIMIT_NOFILE
    std::optional<std::uint64_t> processes;   ///< RLIMIT_NPROC: counts all of the user's
    std::optional<std::uint64_t>
        address_space_bytes;  ///< RLIMIT_AS: some runtimes reserve far more than they use
};

struct ProcessOptions {
    std::vector<std::string> argv;  ///< argv[0] is a path, or a name looked up in the PATH of `env`
    std::vector<std::string> env;   ///< "NAME=value": all of it, nothing is inherited
    std::string cwd;                ///< empty: ours
    ProcessLimits limits;
    /// One of `env` that nobody else has: who carries it outside the process group is killed too once the
    /// process has ended, soon after it. Empty: none is looked for.
    std::string mark = {};
    /// A /tmp of its own; where the system allows none it has ours, and a warning says so once.
    std::optional<PrivateTmp> tmp = {};
};

/// A program that runs, as process_spawn() leaves it.
struct SpawnedProcess {
    pid_t pid = -1;       ///< also the process group
    OwnedFd exit_watch;   ///< a pidfd: readable once the process ended
    OwnedFd stdout_pipe;  ///< non-blocking
    OwnedFd stderr_pipe;
    std::shared_ptr<const KeptTmp> tmp;  ///< its own, if it has one
};

/// Starts the program in a process group of its own with stdin at /dev/null, default signal handling, no core
/// dumps and no other descriptors of ours. The kernel kills it when the calling thread ends; its whole group
/// is killed when our process is (warden.h). The error says which step failed, and why: `cannot run "x": No
/// such file or directory`.
///
/// Memory is shared with the child until it runs the program, so the cost does not grow with our size.
[[nodiscard]] Result<SpawnedProcess> process_spawn(const ProcessOptions& options);

}  // namespace millrace::net
