#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "codec/form.h"

namespace millrace::aws {

/// The first value of that name; nullptr when there is none.
inline const std::string* find_parameter(const codec::Form& query, std::string_view name) {
    const auto found = std::ranges::find(query, name, &codec::Form::value_type::first);
    return found == query.end() ? nullptr : &found->second;
}

}  // namespace millrace::aws
