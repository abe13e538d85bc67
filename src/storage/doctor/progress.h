#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "files/file_system.h"

namespace millrace::storage {

/// How far a look at many files is: bytes done, of so many.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Tells the progress of a file that is read about once.
class WatchedFile final : public files::File {
  public:
    /// The file has `bytes`; `before` of `total` were done before it. File and progress must outlive this.
    WatchedFile(files::File& file, const Progress& progress, std::uint64_t before, std::uint64_t bytes,
                std::uint64_t total)
        : file_(file), progress_(progress), before_(before), bytes_(bytes), total_(total) {}

    Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) override {
        read_ = std::min(read_ + into.size(), bytes_);
        if (progress_) progress_(before_ + read_, total_);
        return file_.read_at(position, into);
    }
    Result<std::uint64_t> size() override { return file_.size(); }
    Result<> write_at(std::uint64_t position, std::span<const std::string_view> pieces) override {
        return file_.write_at(position, pieces);
    }
    Result<> sync() override { return file_.sync(); }
    Result<> truncate(std::uint64_t size) override { return file_.truncate(size); }
    Result<> reserve(std::uint64_t position, std::uint64_t bytes) override {
        return file_.reserve(position, bytes);
    }

  private:
    files::File& file_;
    const Progress& progress_;
    std::uint64_t before_;
    std::uint64_t bytes_;
    std::uint64_t total_;
    std::uint64_t read_ = 0;
};

}  // namespace millrace::storage
