#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::cli {

/// The known word that the typed one most likely meant: few letters changed, or begun and not finished. Empty
/// when none is near.
[[nodiscard]] std::string nearest(std::string_view typed, const std::vector<std::string>& known);

}  // namespace millrace::cli
