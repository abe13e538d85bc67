#pragma once

#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "ports/parameter_source.h"
#include "services/cloudformation/template/parameters.h"

namespace millrace::cloudformation {

/// What Systems Manager has under the names that the given values are, of the parameters that ask for it.
/// Of types that are not offered it is the value itself when there is nothing. Else ValidationError when
/// there is nothing, or a list where the template has a string, or the other way round, or no number where
/// it has one.
[[nodiscard]] aws::Outcome<ParameterValues> look_up(const ports::ParameterSource& source,
                                                    const aws::Scope& scope,
                                                    const std::vector<ParameterDeclaration>& declared,
                                                    const ParameterValues& given);

}  // namespace millrace::cloudformation
