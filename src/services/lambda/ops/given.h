#pragma once

#include <optional>
#include <string>
#include <vector>

namespace millrace::lambda {

// Whether a member of a request says something: AWS takes an empty list or text as none.

template <class T>
bool any(const std::optional<std::vector<T>>& list) {
    return list && !list->empty();
}

inline bool any(const std::optional<std::string>& text) {
    return text && !text->empty();
}

}  // namespace millrace::lambda
