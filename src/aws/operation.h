#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::aws {

/// Answers a call, exactly once, at once or later, on the service's home executor. Dropping it without a call
/// answers InternalFailure and is a mistake.
template <class Op>
using Reply = std::move_only_function<void(Outcome<typename Op::Output>)>;

}  // namespace millrace::aws
