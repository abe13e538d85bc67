#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

// The rules for tags, in AWS's words. Errors: InvalidArgumentException.

/// What is tagged, as messages name it.
struct Tagged {
    const aws::Scope& scope;
    std::string_view kind;  ///< "stream" or "consumer"
    std::string_view name;
};

/// Adds the tags or alters those of the same keys: of characters that AWS allows, not AWS's own, and not too
/// many in all.
[[nodiscard]] aws::Outcome<void> add_tags(const Tagged& tagged, Tags& tags, Tags given);
[[nodiscard]] aws::Outcome<void> remove_tags(const Tagged& tagged, Tags& tags,
                                             const std::vector<std::string>& keys);

}  // namespace millrace::kinesis
