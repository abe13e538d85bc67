#pragma once

#include <string>
#include <string_view>

namespace millrace::cloudformation {

/// The argument of Fn::GetStackOutput, evaluated.
struct StackOutput {
    std::string stack;
    std::string output;
    std::string region;    ///< empty: the stack's own
    std::string role_arn;  ///< of the account that has the stack; empty: the stack's own

    /// The role's.
    [[nodiscard]] std::string account() const;
};

/// As the key of an external value, and back.
[[nodiscard]] std::string key_of(const StackOutput& output);
[[nodiscard]] StackOutput read_stack_output(std::string_view key);

}  // namespace millrace::cloudformation
