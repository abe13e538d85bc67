#include "storage/damage.h"

#include <fmt/format.h>

namespace millrace::storage {

std::unexpected<Error> fail_damaged(const std::string& path, std::uint64_t position, std::string_view what) {
    return fail(ErrorCode::kCorruption, fmt::format("{} is damaged at byte {}: {}", path, position, what));
}

std::unexpected<Error> fail_newer_version(const std::string& path, std::uint32_t version,
                                          std::uint32_t newest) {
    return fail(
        ErrorCode::kCorruption,
        fmt::format("{} has format version {}, and this millrace reads up to {}: use the newer millrace that "
                    "wrote it",
                    path, version, newest));
}

}  // namespace millrace::storage
