#pragma once

#include <string_view>

#include "aws/context.h"
#include "aws/error.h"
#include "aws/faults/fault_rule.h"
#include "aws/model/service_model.h"

namespace millrace::aws {

/// What AWS answers to such a call: the name and words of each service's own error. For effects that are an
/// error. The resource may be empty.
[[nodiscard]] ServiceError fault_error(FaultEffect effect, const OperationModel& operation,
                                       const RequestContext& context, std::string_view resource);

}  // namespace millrace::aws
