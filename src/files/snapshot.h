#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"

namespace millrace::files {

/// A file of a snapshot: what a backup copies.
struct SnapshotFile {
    std::string
        name;  ///< below the snapshot's directory, and so below the data directory: "code/<sha256>.zip"
    std::uint64_t bytes = 0;  ///< what of it counts; behind that it may grow
};
using SnapshotDone = std::move_only_function<void(Result<std::vector<SnapshotFile>>)>;

}  // namespace millrace::files
