#pragma once

#include <map>
#include <string>

#include "base/error.h"

namespace millrace::lambda {

/// A zip archive of the files (name to contents); the one named "bootstrap" executable. The same files always
/// give the same bytes.
[[nodiscard]] Result<std::string> write_zip(const std::map<std::string, std::string>& files);

}  // namespace millrace::lambda
