#pragma once

#include <string>

#include "codec/yaml.h"

namespace millrace::cli {

/// The document as JSON with each member on the line where it was written, so that what a server says of
/// lines is true of the file. What was put in since stands on the line of what it is in.
[[nodiscard]] std::string to_lined_json(const codec::YamlDocument& document);

}  // namespace millrace::cli
