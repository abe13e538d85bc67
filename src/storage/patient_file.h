#pragma once

#include <cstdint>
#include <string>

#include "files/file_system.h"

namespace millrace::storage {

/// Reads whatever the disk still gives of a file: pages that it does not give are zeros, which no checksum
/// takes for what was written. Writes nothing. The file must outlive it. Not thread-safe.
class PatientFile final : public files::File {
  public:
    explicit PatientFile(files::File& file) : file_(file) {}

    /// Never fails.
    Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) override;
    Result<std::uint64_t> size() override { return file_.size(); }
    Result<> write_at(std::uint64_t position, std::span<const std::string_view> pieces) override;
    Result<> sync() override;
    Result<> truncate(std::uint64_t size) override;
    Result<> reserve(std::uint64_t position, std::uint64_t bytes) override;

    /// `found`, and the system's words if it refused a part of the bytes read last.
    [[nodiscard]] std::string why(std::string found) const;

  private:
    Result<std::size_t> try_read(std::uint64_t position, std::span<char> into);

    files::File& file_;
    std::string refused_;
};

}  // namespace millrace::storage
