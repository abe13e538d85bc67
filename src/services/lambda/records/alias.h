#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::lambda {

/// A name for a version of a function, or for two of them. A value, replaced as a whole.
struct Alias {
    std::string name;
    std::string version;  ///< "$LATEST" or a number
    std::string description;
    std::map<std::string, double> weights;  ///< other versions, and the share of invocations that each gets
    std::string revision_id;

    static Result<Alias> from_json(std::string_view text);
};

[[nodiscard]] std::string to_json(const Alias& alias);

/// The version for one invocation. `roll`: from 0, below 1.
[[nodiscard]] const std::string& pick_version(const Alias& alias, double roll);

}  // namespace millrace::lambda
