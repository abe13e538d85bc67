#pragma once

#include <cstddef>
#include <string_view>

#include "aws/error.h"
#include "base/units.h"

namespace millrace::kinesis {

inline constexpr std::size_t kPolicyBytesMax = 20_KiB;

/// Whether the text may be the resource policy of a stream or a consumer: a JSON object whose statements say
/// who is allowed or denied to do what. ValidationException says what is wrong. The policy is kept and shown;
/// nobody is refused by it.
[[nodiscard]] aws::Outcome<void> check_policy(std::string_view text);

}  // namespace millrace::kinesis
