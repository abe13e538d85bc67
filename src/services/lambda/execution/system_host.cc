#include "services/lambda/execution/system_host.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#include "http/server.h"
#include "net/process.h"

namespace millrace::lambda {

namespace {

/// A runtime's connection is silent while its function works.
constexpr Milliseconds kSilentMax = Seconds{3600};
constexpr Milliseconds kSweepEvery = Seconds{60};

/// AWS's limit, or ours if that is lower. There is no honest one of processes: the kernel counts all of the
/// user's.
std::uint64_t open_files_max() {
    constexpr rlim_t kOpenFilesMax = 1024;
    rlimit ours{};
    return ::getrlimit(RLIMIT_NOFILE, &ours) == 0 ? std::min(kOpenFilesMax, ours.rlim_max) : kOpenFilesMax;
}

std::uint64_t resident_bytes(pid_t pid) {
    std::ifstream statm(fmt::format("/proc/{}/statm", pid));
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    if (!(statm >> total >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t resident_bytes_of_descendants(pid_t pid) {
    std::uint64_t sum = 0;
    std::error_code error;
    for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
        std::ifstream children(thread.path() / "children");
        for (pid_t child = 0; children >> child;)
            sum += resident_bytes(child) + resident_bytes_of_descendants(child);
    }
    return sum;
}

/// Every sandbox has a log stream of its own, and tells what runs in it.
std::string log_stream_entry(const std::vector<std::string>& environment) {
    for (const std::string& entry : environment) {
        if (entry.starts_with("AWS_LAMBDA_LOG_STREAM_NAME=")) return entry;
    }
    return {};
}

class SystemProcess final : public HostedProcess {
  public:
    explicit SystemProcess(std::unique_ptr<net::Process> process) : process_(std::move(process)) {}

    void kill() override { process_->kill(); }
    void flush_output() override { process_->flush_output(); }
    [[nodiscard]] KeptTmp tmp() const override { return process_->tmp(); }
    [[nodiscard]] Memory memory(bool with_descendants) const override {
        const auto own = process_->memory();
        if (!own) return {};
        const std::uint64_t more = with_descendants ? resident_bytes_of_descendants(process_->pid()) : 0;
        return {.resident = own->resident_bytes + more, .peak = own->peak_bytes, .files = own->file_bytes};
    }

  private:
    std::unique_ptr<net::Process> process_;
};

class SystemListener final : public HostedListener {
  public:
    explicit SystemListener(std::unique_ptr<http::Server> server) : server_(std::move(server)) {}
    [[nodiscard]] std::string address() const override {
        return fmt::format("127.0.0.1:{}", server_->port());
    }

  private:
    std::unique_ptr<http::Server> server_;
};

}  // namespace

Result<std::unique_ptr<HostedProcess>> SystemHost::start(ProcessSpec spec, ProcessEvents& events) {
    std::string mark = log_stream_entry(spec.environment);
    net::ProcessOptions options{.argv = std::move(spec.arguments),
                                .env = std::move(spec.environment),
                                .cwd = std::move(spec.directory),
                                .limits = {.open_files = open_files_max()},
                                .mark = std::move(mark)};
    if (auto& tmp = spec.tmp) {
        options.tmp = {.bytes = tmp->bytes,
                       .shown = std::move(tmp->shown),
                       .same_as = std::static_pointer_cast<const net::KeptTmp>(tmp->same_as)};
    }
    options.argv.insert(options.argv.begin(), std::move(spec.program));
    auto process = net::Process::spawn(
        loop_, options,
        {.on_line = [&events](net::OutputStream, std::string_view line) { events.on_output(line); },
         .on_exit =
             [&events](net::ProcessExit exit) {
                 events.on_end({.signaled = !exit.code, .code = exit.code.value_or(exit.signal)});
             }});
    if (!process) return std::unexpected(std::move(process.error()));
    return std::make_unique<SystemProcess>(std::move(*process));
}

Result<std::unique_ptr<HostedListener>> SystemHost::listen(
    http::Handler handler, std::function<bool(const http::Headers&)> streams) {
    auto server = http::Server::open(loop_,
                                     {.streams = std::move(streams),
                                      .idle_max = kSilentMax,
                                      .request_max = kSilentMax,
                                      .sweep_every = kSweepEvery},
                                     std::move(handler));
    if (!server) return std::unexpected(std::move(server.error()));
    return std::make_unique<SystemListener>(std::move(*server));
}

void SystemHost::post(std::uint16_t port, const std::string& path, std::string body,
                      std::move_only_function<void(bool delivered)> done) {
    constexpr Milliseconds kAnswerWithin{5'000};
    http::Request request{.method = "POST", .target = path, .headers = {}, .body = std::move(body)};
    request.headers.add("Content-Type", "application/json");
    client_.send("127.0.0.1", port, std::move(request), kAnswerWithin,
                 [done = std::move(done)](Result<http::Response> response) mutable {
                     done(response && response->status / 100 == 2);
                 });
}

}  // namespace millrace::lambda
