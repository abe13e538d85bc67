#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::cli {

/// Lines as they come from a file, a pipe or a terminal.
class LineInput {
  public:
    /// Bytes read; 0 at the end.
    using Source = std::move_only_function<Result<std::size_t>(std::span<char> into)>;

    LineInput(Source source, std::function<bool()> ready)
        : source_(std::move(source)), ready_(std::move(ready)) {}
    static LineInput of_file(std::unique_ptr<files::File> file);
    static LineInput of_stdin();

    /// The next line without its end; nothing at the end.
    [[nodiscard]] Result<std::optional<std::string>> next();
    /// Whether next() may have to wait for somebody to write.
    [[nodiscard]] bool would_wait() const;
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

  private:
    Source source_;
    std::function<bool()> ready_;
    std::string buffer_;
    std::size_t position_ = 0;
    bool at_end_ = false;
    std::uint64_t bytes_read_ = 0;
};

}  // namespace millrace::cli
