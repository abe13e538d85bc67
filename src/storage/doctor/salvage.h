#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "files/file_system.h"
#include "storage/doctor/inspection.h"

namespace millrace::storage {

/// Where entries may have followed a log's end that nothing tells of any more, its next offset is so much
/// higher: an offset is never given twice, since whoever has kept one (a consumer's checkpoint, a receipt
/// handle) would take the new entry for the old.
inline constexpr std::uint64_t kOffsetsSkipped = 1ULL << 30;
/// Likewise for log ids when entries of the catalog are lost.
inline constexpr std::uint64_t kLogIdsSkipped = 1ULL << 20;

struct Salvaged {
    struct Log {
        std::uint64_t copied = 0;
        std::uint64_t lost = 0;
    };
    std::map<LogId, Log> logs;
};

/// Writes what of a data directory is not the journal's; the argument is the destination.
using CopyRest = std::function<Result<>(const std::string&)>;

/// Writes a data directory that a start takes, with every entry that the inspection found, under the same log
/// ids and offsets. The destination must be missing, or empty; its parent must be there. `rest` runs before a
/// start would take it. After an error nothing is left there; what an interruption leaves, a start refuses.
/// What can be read no more since the inspection counts as lost. Errors: those of writing; kAlreadyExists;
/// kCorruption when a newer millrace wrote a file.
Result<Salvaged> salvage(files::FileSystem& files, const Inspection& inspection,
                         const std::string& destination, const CopyRest& rest = {},
                         const Progress& progress = {});

}  // namespace millrace::storage
