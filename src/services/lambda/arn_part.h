#pragma once

#include <algorithm>
#include <string_view>

namespace millrace::lambda {

/// Parts of an ARN, counted from 0: "arn:aws:<2: service>:<3: region>:<4: account>:<5: the rest, to its next
/// colon>". Empty when there are fewer.
[[nodiscard]] inline std::string_view arn_part(std::string_view arn, int index) {
    for (int i = 0; i < index; ++i) {
        const std::size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return {};
        arn.remove_prefix(colon + 1);
    }
    return arn.substr(0, arn.find(':'));
}

}  // namespace millrace::lambda
