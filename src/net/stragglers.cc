#include "net/stragglers.h"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/number.h"
#include "base/units.h"

namespace millrace::net {
namespace {

// Pages that nobody touches before they are needed. Neither may lie on the stack, or be allocated.
alignas(dirent64) std::array<char, 32_KiB> entries;
std::array<char, 256_KiB> environment;

/// 0 for what is no number.
pid_t pid_of(const char* name) {
    return parse_number<pid_t>(name).value_or(0);
}

/// "/proc/123/environ".
std::array<char, 32> environ_path(pid_t pid) {
    constexpr std::string_view kBefore = "/proc/";
    constexpr std::string_view kAfter = "/environ";
    std::array<char, 32> path{};
    char* at = std::ranges::copy(kBefore, path.data()).out;
    at = std::to_chars(at, path.data() + path.size(), pid).ptr;
    std::ranges::copy(kAfter, at);
    return path;
}

}  // namespace

ProcessTable::ProcessTable() : directory_(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

ProcessTable::~ProcessTable() {
    if (directory_ >= 0) ::close(directory_);
}

pid_t ProcessTable::next() {
    for (;;) {
        if (at_ >= end_) {
            const auto got = ::syscall(SYS_getdents64, directory_, entries.data(), entries.size());
            if (got <= 0) return 0;
            at_ = 0;
            end_ = static_cast<std::size_t>(got);
        }
        const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at_);
        at_ += entry->d_reclen;
        if (const pid_t pid = pid_of(entry->d_name); pid > 0) return pid;
    }
}

std::string_view ProcessTable::environment_of(pid_t pid) {
    const int file = ::open(environ_path(pid).data(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::size_t size = 0;
    for (;;) {
        const ssize_t got = ::read(file, environment.data() + size, environment.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(file);
    return {environment.data(), size};
}

bool ProcessTable::has_mark(std::string_view entries_of_process, const ProcessMark& mark) {
    const std::string_view text = mark.text();
    for (auto at = entries_of_process.find(text); at != std::string_view::npos;
         at = entries_of_process.find(text, at + 1)) {
        const bool begins = at == 0 || entries_of_process[at - 1] == '\0';
        const std::size_t end = at + text.size();
        if (begins && (end == entries_of_process.size() || entries_of_process[end] == '\0')) return true;
    }
    return false;
}

}  // namespace millrace::net
