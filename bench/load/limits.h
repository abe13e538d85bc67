#pragma once

#include <nlohmann/json_fwd.hpp>

#include "load_file.h"
#include "requests.h"

namespace millrace::bench {

/// What no client and no server can do faster with the bodies of the load's first step: make and sign them,
/// copy them, read them as JSON (simdjson); each for `seconds`, on one core.
nlohmann::json limits_of(const Load& load, const Place& place, const cli::Credentials& credentials,
                         const std::string& region, double seconds);

}  // namespace millrace::bench
