#pragma once

#include <string_view>

#include "base/error.h"
#include "codec/place_map.h"

namespace millrace::codec {

/// The places of the values in a text that parse_json accepts (precondition). Fails when a key repeats.
[[nodiscard]] Result<PlaceMap> find_json_places(std::string_view json);

}  // namespace millrace::codec
