#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace millrace::lambda {

/// A process's own /tmp, kept as long as somebody has this; only its host knows what is in it.
using KeptTmp = std::shared_ptr<const void>;

/// The /tmp of a sandbox.
struct SandboxTmp {
    std::uint64_t bytes = 0;         ///< its size
    std::vector<std::string> shown;  ///< names of folders of the machine's /tmp that show through
    KeptTmp same_as = {};            ///< instead of a new one
};

struct ProcessSpec {
    std::string program;                   ///< absolute path
    std::vector<std::string> arguments;    ///< without the program's name
    std::vector<std::string> environment;  ///< "NAME=value"; nothing else is inherited
    std::string directory;                 ///< to start in
    std::optional<SandboxTmp> tmp = {};    ///< none: the machine's
};

struct ProcessEnd {
    bool signaled = false;
    int code = 0;  ///< exit status, or the signal's number
};

/// What happens to a process. Not called inside start(), and never after the process object is destroyed.
class ProcessEvents {
  public:
    virtual void on_output(std::string_view line) = 0;
    /// After the last line of output that came in time.
    virtual void on_end(ProcessEnd end) = 0;

  protected:
    ~ProcessEvents() = default;
};

/// A process in a group of its own, which dies with Millrace. Destroying it kills the group.
class HostedProcess {
  public:
    virtual ~HostedProcess() = default;
    /// SIGKILL to the whole group.
    virtual void kill() = 0;
    /// Has what it printed until now told, a line without its end too.
    virtual void flush_output() = 0;
    /// Its own /tmp; none: the machine's.
    [[nodiscard]] virtual KeptTmp tmp() const = 0;

    struct Memory {
        std::uint64_t resident = 0;  ///< held now, in bytes
        std::uint64_t peak = 0;      ///< the most that the process itself ever held
        std::uint64_t files = 0;     ///< of what it holds now: pages of files
    };
    /// Of the process; with what it started too, if asked for, which takes longer. Zero when it is gone.
    [[nodiscard]] virtual Memory memory(bool with_descendants) const = 0;
};

/// A listener of its own on the loopback interface. Destroying it closes it and all its connections.
class HostedListener {
  public:
    virtual ~HostedListener() = default;
    [[nodiscard]] virtual std::string address() const = 0;  ///< "127.0.0.1:40001"
};

/// Where the processes of functions and their Runtime APIs live: the operating system, or a test's
/// imagination. Threads: everything on the home executor. Errors: kResourceExhausted when the system gives no
/// process, port or descriptor, kIo, kNotFound when the program is not there.
class SandboxHost {
  public:
    virtual ~SandboxHost() = default;
    /// The events must outlive the process.
    virtual Result<std::unique_ptr<HostedProcess>> start(ProcessSpec spec, ProcessEvents& events) = 0;
    /// `streams`: as in http::ServerOptions.
    virtual Result<std::unique_ptr<HostedListener>> listen(
        http::Handler handler, std::function<bool(const http::Headers&)> streams) = 0;
    /// Posts JSON to a port of this machine; `delivered` when it was answered with 2xx. Called later, or not
    /// at all once the host is gone.
    virtual void post(std::uint16_t port, const std::string& path, std::string body,
                      std::move_only_function<void(bool delivered)> done) = 0;
};

}  // namespace millrace::lambda
