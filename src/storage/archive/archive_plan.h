#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "storage/archive/archive_pass.h"
#include "storage/journal/log_index.h"

namespace millrace::storage {

/// Files of which something could not be read, and what.
using DamagedFiles = std::map<FileId, std::string>;

/// Of what lives in files that are merged: the positions in an archive file end at 4 GiB, and what is packed
/// anew may take a little more than before.
inline constexpr std::uint64_t kArchiveMergeBytesMax = 3072_MiB;

/// When what is rewritten. Defaults: docs/decisions/0009-archive.md.
struct ArchivePolicy {
    /// Newest sealed segments that stay as they are: most of what a queue holds is gone before its turn.
    std::size_t segments_kept = 4;
    /// Segments that are rewritten together.
    std::size_t segments_per_pass = 4;
    /// Files of one level that are merged into one of the next, as far as it can hold them. An entry of a
    /// small log is so rewritten at most once for each power of this number.
    std::size_t files_per_merge = 8;
    /// A log with so much in one pass gets a file of its own, so that retention can drop it as a whole; the
    /// others share one. Of payload when segments are rewritten, on the disk when archive files are.
    std::uint64_t own_file_payload_bytes = 4_MiB;
    std::uint64_t own_file_stored_bytes = 1_MiB;
};

/// The most useful pass, if one is due: segments first, then shared files of the same level, then a shared
/// file of which less than half lives. New files take numbers from `next_number` on. Damaged files stay as
/// they are.
[[nodiscard]] std::optional<ArchivePass> plan_pass(const LogIndex& index, const ArchivePolicy& policy,
                                                   std::uint64_t next_number,
                                                   const DamagedFiles& damaged = {});

}  // namespace millrace::storage
