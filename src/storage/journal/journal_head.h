#pragma once

#include <cstdint>
#include <string>

#include "files/file_system.h"

namespace millrace::storage {

// A small file beside the journal that says up to which place it is known to be durable. Without it a newest
// segment that somebody removed or cut looks like one that was never there, or like an interrupted write.
// Format: docs/formats/journal.md.

/// Atomic and durable. Only for a place before which everything was synced.
[[nodiscard]] Result<> write_journal_head(files::FileSystem& files, const std::string& path,
                                          std::uint64_t durable_until);

/// 0 when there is none. kCorruption when the file is not what was written.
[[nodiscard]] Result<std::uint64_t> read_journal_head(files::FileSystem& files, const std::string& path);

}  // namespace millrace::storage
