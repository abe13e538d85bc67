#pragma once

#include <optional>
#include <utility>

namespace millrace::sqs {

/// The value, moved out, or an empty one.
template <class T>
[[nodiscard]] T or_empty(std::optional<T>&& value) {
    return value ? std::move(*value) : T();
}

}  // namespace millrace::sqs
