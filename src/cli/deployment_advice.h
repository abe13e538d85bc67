#pragma once

#include <string>

namespace millrace::cli {

/// What CloudFormation refuses a template with, and what can be done about it here.
[[nodiscard]] std::string with_advice(std::string message);

}  // namespace millrace::cli
