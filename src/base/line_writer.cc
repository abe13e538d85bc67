#include "base/line_writer.h"

#include <cerrno>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace millrace {

LineWriter::~LineWriter() {
    {
        const MutexLock lock{mutex_};
        ending_ = true;
    }
    filled_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void LineWriter::write(std::string_view line) {
    bool wake = false;
    {
        const MutexLock lock{mutex_};
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
        if (backlog_.size() + line.size() > kBacklogBytesMax) {
            ++dropped_;
            return;
        }
        if (dropped_ > 0) {
            backlog_ +=
                fmt::format("{{\"level\":\"warn\",\"message\":\"{} lines dropped: nobody reads stdout\"}}\n",
                            std::exchange(dropped_, 0));
        }
        backlog_ += line;
        backlog_ += '\n';
        wake = std::exchange(waiting_, false);
    }
    if (wake) filled_.notify_one();
}

void LineWriter::run() {
    for (std::string lines = take(); !lines.empty(); lines = take()) {
        write_all(lines);
        nap();
    }
}

/// Whoever writes meanwhile wakes nobody; the end does.
void LineWriter::nap() {
    const auto until = std::chrono::steady_clock::now() + kNap;
    const MutexLock lock{mutex_};
    while (!ending_ && filled_.wait_until(mutex_, until) == std::cv_status::no_timeout) {
    }
}

std::string LineWriter::take() {
    const MutexLock lock{mutex_};
    while (!ending_ && backlog_.empty()) {
        waiting_ = true;
        filled_.wait(mutex_);
    }
    waiting_ = false;
    return std::exchange(backlog_, {});
}

void LineWriter::write_all(std::string_view bytes) {
    while (!broken_ && !bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            broken_ = true;  // there is no place left to say so
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace millrace
