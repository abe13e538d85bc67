#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// A place in an archive that is not what was written.
struct ArchiveDamage {
    struct Lost {
        LogId log;
        Offset first;
        std::uint32_t count = 0;
        friend bool operator==(const Lost&, const Lost&) = default;
    };
    std::uint64_t position = 0;
    std::string what;          ///< for people
    std::optional<Lost> lost;  ///< entries that cannot be read, when anything still says which
};

class ArchiveVisitor {
  public:
    virtual ~ArchiveVisitor() = default;
    /// A block that is whole; blocks come in the order in which they lie in the file, so a log's in the order
    /// of its offsets.
    virtual void on_block(LogId log, const std::vector<Entry>& entries) = 0;
    virtual void on_damage(const ArchiveDamage& damage) = 0;
};

/// Reads all of an archive, whatever is wrong with it: every block that is whole is visited even when header,
/// index or trailer are not, because blocks are found by walking from one to the next. What cannot be read
/// from the disk counts as damaged. The file holds what was written if on_damage() is never called.
/// Errors: kCorruption for a newer version; those of asking for the file's size.
Result<> verify_archive(files::File& file, const std::string& path, std::uint64_t number,
                        ArchiveVisitor& visitor);

}  // namespace millrace::storage
