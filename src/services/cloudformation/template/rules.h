#pragma once

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// The form of the Rules section: rules with assertions, made of rule functions.
[[nodiscard]] Result<> check_rules(const Template& checked);

/// What the rules say about the parameters' values: an error that names the first rule that does not hold,
/// with its AssertDescription.
[[nodiscard]] Result<> assert_rules(const Environment& environment);

}  // namespace millrace::cloudformation
