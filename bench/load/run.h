#pragma once

#include <nlohmann/json_fwd.hpp>

#include "load_file.h"
#include "requests.h"

namespace millrace::bench {

struct RunOptions {
    Place place;
    Signing signing = Signing::kBefore;
    cli::Credentials credentials;
    std::string region;
    double warm_seconds = 1;  ///< not counted
    double seconds = 5;       ///< counted
    double rate =
        0;  ///< requests a second, sent when they are due, answered or not; 0: each user sends on its answer
    std::size_t streams = 0;  ///< of HTTP/2, a connection; 0: HTTP/1.1
    bool lone = false;        ///< of a pair: nothing is sent before the last has arrived
};

/// Runs it to the end, on this thread.
nlohmann::json run(const Load& load, const RunOptions& options);

}  // namespace millrace::bench
