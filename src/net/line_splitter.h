#pragma once

#include <string>
#include <string_view>

namespace millrace::net {

/// Cuts a stream of bytes into lines. A line longer than the limit is handed out in pieces of the limit's
/// length; nothing is lost and no more than one piece is ever held.
class LineSplitter {
  public:
    explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

    /// Calls on_line(std::string_view) for each line, without its end ("\n" or "\r\n"), valid during the
    /// call.
    template <class OnLine>
    void feed(std::string_view bytes, OnLine&& on_line) {
        while (!bytes.empty()) {
            const std::size_t room = line_bytes_max_ - held_.size();
            const std::size_t end = bytes.substr(0, room + 1).find('\n');
            if (end == std::string_view::npos && bytes.size() <= room) {
                held_.append(bytes);
                return;
            }
            const std::size_t length = end == std::string_view::npos ? room : end;
            hand_out(bytes.substr(0, length), end != std::string_view::npos, on_line);
            bytes.remove_prefix(end == std::string_view::npos ? length : length + 1);
        }
    }

    /// What came after the last line end, if anything.
    template <class OnLine>
    void finish(OnLine&& on_line) {
        if (!held_.empty()) hand_out({}, false, on_line);
    }

  private:
    template <class OnLine>
    void hand_out(std::string_view rest, bool whole, OnLine&& on_line) {
        std::string joined;
        if (!held_.empty()) {
            joined = std::move(held_);
            held_.clear();
            joined.append(rest);
            rest = joined;
        }
        if (whole && rest.ends_with('\r')) rest.remove_suffix(1);
        on_line(rest);
    }

    std::size_t line_bytes_max_;
    std::string held_;
};

}  // namespace millrace::net
