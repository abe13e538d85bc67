#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::storage {

// The sentences about files that are not what was written: always kCorruption.

/// "FILE is damaged at byte N: what".
[[nodiscard]] std::unexpected<Error> fail_damaged(const std::string& path, std::uint64_t position,
                                                  std::string_view what);

/// For a file that a newer millrace wrote; `newest` is the version that this one reads up to.
[[nodiscard]] std::unexpected<Error> fail_newer_version(const std::string& path, std::uint32_t version,
                                                        std::uint32_t newest);

}  // namespace millrace::storage
