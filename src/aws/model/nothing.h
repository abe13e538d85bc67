#pragma once

namespace millrace::aws {

/// Input or output of an operation that takes or answers nothing.
struct Nothing {
    friend bool operator==(const Nothing&, const Nothing&) = default;
};

}  // namespace millrace::aws
