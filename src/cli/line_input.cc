#include "cli/line_input.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

#include "base/units.h"

namespace millrace::cli {
namespace {

constexpr std::size_t kReadBytes = 64_KiB;

Result<std::size_t> read_stdin(std::span<char> into) {
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, into.data(), into.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return fail_errno("read standard input", errno);
    }
}

bool stdin_ready() {
    pollfd poll{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, 0) > 0;
}

}  // namespace

LineInput LineInput::of_file(std::unique_ptr<files::File> file) {
    return {[file = std::move(file), position = std::uint64_t{0}](std::span<char> into) mutable {
                auto got = file->read_at(position, into);
                position += got.value_or(0);
                return got;
            },
            [] { return true; }};
}

LineInput LineInput::of_stdin() {
    return {read_stdin, stdin_ready};
}

Result<std::optional<std::string>> LineInput::next() {
    for (std::size_t searched = position_;;) {
        const auto end = buffer_.find('\n', searched);
        if (end != std::string::npos) {
            std::string line = buffer_.substr(position_, end - position_);
            position_ = end + 1;
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (at_end_) {
            if (position_ == buffer_.size()) return std::nullopt;
            return buffer_.substr(std::exchange(position_, buffer_.size()));
        }
        buffer_.erase(0, std::exchange(position_, 0));
        searched = buffer_.size();
        buffer_.resize(searched + kReadBytes);
        const auto got = source_(std::span(buffer_).subspan(searched));
        buffer_.resize(searched + got.value_or(0));
        if (!got) return std::unexpected(got.error());
        at_end_ = *got == 0;
        bytes_read_ += *got;
    }
}

bool LineInput::would_wait() const {
    return !at_end_ && buffer_.find('\n', position_) == std::string::npos && !ready_();
}

}  // namespace millrace::cli
