#pragma once

#include "base/error.h"
#include "services/cloudformation/stacks.h"
#include "services/cloudformation/template/external_values.h"

namespace millrace::cloudformation {

/// The values under the keys, for the stack; an error that names what is not there.
[[nodiscard]] Result<ExternalValues> look_up_external(const Stacks& stacks, const StackHeader& header,
                                                      const ExternalKeys& keys);

}  // namespace millrace::cloudformation
