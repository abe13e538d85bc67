#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "base/error.h"
#include "base/time.h"
#include "base/units.h"
#include "net/line_splitter.h"
#include "net/process_spawn.h"
#include "net/watch.h"

namespace millrace::net {

/// Longer lines are handed out in pieces of this length.
inline constexpr std::size_t kOutputLineBytesMax = 256_KiB;
/// How long output is still read after the exit while a process that left the group holds the pipe open.
inline constexpr Milliseconds kDrainMax{500};
inline constexpr Milliseconds kTerminateGrace{2000};

enum class OutputStream { kStdout, kStderr };

struct ProcessExit {
    std::optional<int> code;  ///< none: ended by the signal
    int signal = 0;
    /// Of the process and its waited-for children. Not below our own size at the spawn: the kernel counts
    /// from there.
    std::uint64_t max_rss_bytes = 0;

    /// "exit status 3", "signal 9 (Killed)".
    [[nodiscard]] std::string describe() const;
};

struct ProcessMemory {
    std::uint64_t resident_bytes = 0;
    std::uint64_t file_bytes = 0;  ///< of these, pages of files, which the system may take away
    std::uint64_t peak_bytes = 0;
};

/// A child process with its own process group; its output arrives line by line. Used from its loop only.
///
/// When the process ends, all that is left of its group is killed. When we end, in whatever way, even by
/// SIGKILL, so does the group. The thread that spawns must live as long as the process may: the kernel ends
/// it otherwise.
class Process final {
  public:
    struct Callbacks {
        /// A line without its end. Must not destroy the process.
        std::move_only_function<void(OutputStream stream, std::string_view line)> on_line;
        /// Once, after the last line. May destroy the process.
        std::move_only_function<void(ProcessExit exit)> on_exit;
    };

    static Result<std::unique_ptr<Process>> spawn(Loop& loop, const ProcessOptions& options,
                                                  Callbacks callbacks);
    Process(Loop& loop, SpawnedProcess spawned, Callbacks callbacks);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    /// Kills the group if it still runs, without a call of on_exit; waits the moment until the process is
    /// gone.
    ~Process();

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] bool running() const { return !exit_; }
    /// Its own /tmp; none: ours.
    [[nodiscard]] const std::shared_ptr<const KeptTmp>& tmp() const { return tmp_; }

    /// SIGTERM to the group, SIGKILL after the grace. on_exit tells when it has worked.
    void terminate(Milliseconds grace = kTerminateGrace);
    /// SIGKILL to the group.
    void kill();

    /// Stops reading its output: it will wait for us when the pipes are full (64 KiB each). What was read
    /// already (one Loop::kScratchBytes at most) still arrives as lines. on_exit waits too.
    void pause_output() { paused_ = true; }
    void resume_output();

    /// Hands out what it has printed until now, a line without its end too.
    void flush_output();

    /// From /proc, while it runs.
    [[nodiscard]] std::optional<ProcessMemory> memory() const;

  private:
    struct Output final : ReadyHandler {
        explicit Output(Process& owner, OutputStream which) : process(owner), stream(which) {}
        void on_ready(Ready) override;
        Process& process;
        OutputStream stream;
        Watch watch;
        LineSplitter lines{kOutputLineBytesMax};
    };
    struct ExitWatch final : ReadyHandler {
        explicit ExitWatch(Process& owner) : process(owner) {}
        void on_ready(Ready ready) override;
        Process& process;
        Watch watch;
    };

    void read_outputs();
    bool read_output(Output& output);
    void end_line(Output& output);
    void end_output(Output& output);
    void reap();
    void start_drain();
    void finish_when_drained();
    void finish();

    Loop& loop_;
    pid_t pid_;
    std::shared_ptr<const KeptTmp> tmp_;
    Callbacks callbacks_;
    bool paused_ = false;
    std::optional<ProcessExit> exit_;
    TimerId read_timer_;
    TimerId kill_timer_;
    TimerId drain_timer_;
    std::array<Output, 2> outputs_;
    ExitWatch exit_watch_;
};

}  // namespace millrace::net
