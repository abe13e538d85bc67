#include "services/lambda/execution/interpreters.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace millrace::lambda {

namespace {

std::vector<std::string> candidates_in(std::string_view search_path, std::string_view name) {
    std::vector<std::string> candidates;
    while (!search_path.empty()) {
        const std::size_t colon = search_path.find(':');
        const std::string_view directory = search_path.substr(0, colon);
        if (directory.starts_with('/')) {
            std::string candidate = fmt::format("{}/{}", directory, name);
            if (::access(candidate.c_str(), X_OK) == 0) candidates.push_back(std::move(candidate));
        }
        search_path.remove_prefix(colon == std::string_view::npos ? search_path.size() : colon + 1);
    }
    return candidates;
}

/// A program that prints where its interpreter is.
struct Question {
    std::string flag;
    std::string code;
};

// A name on PATH may be a version manager's stand-in: slow, or for a version that is not chosen. Asks the
// interpreter itself where it is; empty when it does not run.
std::string ask_where(const std::string& program, const Question& question, const std::string& search_path) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
    std::string name = program;
    std::string flag = question.flag;
    std::string code = question.code;
    std::string path = "PATH=" + search_path;
    std::array<char*, 4> arguments{name.data(), flag.data(), code.data(), nullptr};
    std::array<char*, 2> environment{path.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    const int failed =
        ::posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    std::string answer;
    std::array<char, 4096> buffer;
    for (ssize_t got = 0; failed == 0 && (got = ::read(pipe[0], buffer.data(), buffer.size())) != 0;) {
        if (got < 0 && errno != EINTR) break;
        if (got > 0) answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(pipe[0]);
    if (failed != 0) return {};
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return {};
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return {};
    answer.resize(std::min(answer.find('\n'), answer.size()));
    return answer.starts_with('/') ? answer : std::string();
}

std::string first_that_runs(const std::string& search_path, std::string_view name, const Question& question) {
    for (const std::string& candidate : candidates_in(search_path, name)) {
        if (std::string program = ask_where(candidate, question, search_path); !program.empty())
            return program;
    }
    return {};
}

RuntimeFailure not_installed(std::string_view program, const std::string& runtime, std::string_view package) {
    return {
        "Runtime.InvalidEntrypoint",
        fmt::format(
            "{} is not installed on this machine and runs the functions of {}; on Debian: apt-get install {}",
            program, runtime, package)};
}

std::string another_version(const std::string& runtime, const std::string& program) {
    return fmt::format("Millrace: {} is not installed on this machine; running the function with {}", runtime,
                       program);
}

std::expected<Interpreter, RuntimeFailure> look_for_python(const std::string& runtime,
                                                           const std::string& search_path) {
    const Question where{.flag = "-c", .code = "import sys; print(sys.executable)"};
    if (std::string exact = first_that_runs(search_path, runtime, where); !exact.empty())
        return Interpreter{exact};
    std::string any = first_that_runs(search_path, "python3", where);
    if (any.empty()) return std::unexpected(not_installed("python3", runtime, "python3"));
    std::string warning = another_version(runtime, any);
    return Interpreter{std::move(any), std::move(warning)};
}

std::expected<Interpreter, RuntimeFailure> look_for_node(const std::string& runtime,
                                                         const std::string& search_path) {
    std::string program = first_that_runs(search_path, "node", {.flag = "-p", .code = "process.execPath"});
    if (program.empty()) return std::unexpected(not_installed("node", runtime, "nodejs"));
    return Interpreter{std::move(program)};
}

// "ruby" may be of the version that is asked for, too.
std::expected<Interpreter, RuntimeFailure> look_for_ruby(const std::string& runtime,
                                                         const std::string& search_path) {
    const std::string where = "puts RbConfig.ruby";
    const std::string version = runtime.substr(std::string_view("ruby").size());
    const Question exact{.flag = "-e",
                         .code = fmt::format("{} if RUBY_VERSION.start_with?(\"{}.\")", where, version)};
    for (const std::string& name : {runtime, std::string("ruby")}) {
        if (std::string program = first_that_runs(search_path, name, exact); !program.empty())
            return Interpreter{program};
    }
    std::string any = first_that_runs(search_path, "ruby", {.flag = "-e", .code = where});
    if (any.empty()) return std::unexpected(not_installed("ruby", runtime, "ruby"));
    std::string warning = another_version(runtime, any);
    return Interpreter{std::move(any), std::move(warning)};
}

/// "17" for ".../bin/java", as the file beside its folder says; empty where there is none.
std::string java_version(const std::string& program) {
    std::ifstream release(std::filesystem::path(program).parent_path().parent_path() / "release");
    constexpr std::string_view kKey = "JAVA_VERSION=\"";
    for (std::string line; std::getline(release, line);) {
        if (!line.starts_with(kKey)) continue;
        const std::string version = line.substr(kKey.size());
        return version.substr(0, version.find_first_of(".\""));
    }
    return {};
}

std::expected<Interpreter, RuntimeFailure> look_for_java(const std::string& runtime,
                                                         const std::string& search_path) {
    for (const std::string& candidate : candidates_in(search_path, "java")) {
        std::error_code failed;
        std::string program = std::filesystem::canonical(candidate, failed);
        if (failed) continue;
        const std::string asked_for = runtime.substr(0, runtime.find('.'));  // "java17.al2023"
        const bool exact = asked_for == "java" + java_version(program);
        std::string warning = exact ? std::string() : another_version(runtime, program);
        return Interpreter{std::move(program), std::move(warning)};
    }
    return std::unexpected(not_installed("java", runtime, "default-jre-headless"));
}

std::expected<Interpreter, RuntimeFailure> look_for(const std::string& runtime,
                                                    const std::string& search_path) {
    if (runtime.starts_with("python")) return look_for_python(runtime, search_path);
    if (runtime.starts_with("java")) return look_for_java(runtime, search_path);
    if (runtime.starts_with("ruby")) return look_for_ruby(runtime, search_path);
    return look_for_node(runtime, search_path);
}

}  // namespace

Interpreters::Interpreters(std::string search_path, Executor& home, Executor& background)
    : search_path_(std::move(search_path)), home_(home), background_(background) {}

Interpreters::~Interpreters() {
    *alive_ = false;
}

void Interpreters::find(const std::string& runtime, Found done) {
    if (runtime.starts_with("provided")) return done(Interpreter{});
    if (const auto known = found_.find(runtime); known != found_.end()) return done(known->second);
    auto& waiting = looking_[runtime];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) return;
    background_.post([this, alive = alive_, &home = home_, search_path = search_path_, runtime] {
        home.post([this, alive, runtime, result = look_for(runtime, search_path)] {
            if (!*alive) return;
            if (result) found_[runtime] = *result;
            for (Found& one : std::exchange(looking_[runtime], {})) one(result);
        });
    });
}

}  // namespace millrace::lambda
