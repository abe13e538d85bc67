#pragma once

#include <map>
#include <set>
#include <string>

#include "base/error.h"

namespace millrace::lambda {

/// A zip archive of the files (name to contents); those named as executable are, and "bootstrap". The same
/// files always give the same bytes.
[[nodiscard]] Result<std::string> write_zip(const std::map<std::string, std::string>& files,
                                            const std::set<std::string>& executable = {});

}  // namespace millrace::lambda
