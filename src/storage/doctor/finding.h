#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/doctor/offset_ranges.h"

namespace millrace::storage {

/// Something that a look at a data directory found.
struct Finding {
    enum class Severity {
        kNote,     ///< as it may be after a crash, or harmless: a start takes care of it
        kProblem,  ///< not what was written, or not all of it
    };
    struct Lost {
        LogId log;
        OffsetRange entries;
        friend bool operator==(const Lost&, const Lost&) = default;
    };

    Severity severity = Severity::kProblem;
    std::string file;                            ///< path; empty when it is no one file
    std::optional<std::uint64_t> position = {};  ///< in the file
    std::string what;                            ///< for people
    std::vector<Lost> lost = {};                 ///< entries that count and cannot be read because of it
};

}  // namespace millrace::storage
