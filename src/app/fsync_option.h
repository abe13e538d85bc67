#pragma once

#include <string_view>

#include "base/error.h"
#include "storage/journal/segment_writer.h"

namespace millrace::app {

/// "always", "never" or "interval:<milliseconds, 1 to 60000>".
[[nodiscard]] Result<storage::FsyncMode> parse_fsync(std::string_view text);

/// What the mode promises of acknowledged writes, in a sentence for the start of the program.
[[nodiscard]] std::string fsync_promise(const storage::FsyncMode& mode);

}  // namespace millrace::app
