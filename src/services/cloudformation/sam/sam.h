#pragma once

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/parameters.h"
#include "services/cloudformation/template/source.h"

namespace millrace::cloudformation::sam {

/// The transform AWS::Serverless-2016-10-31: writes AWS::Serverless::Function, with what the Globals section
/// says for all of them, LayerVersion and Application out as AWS's translator does: the same logical ids, the
/// same properties. What is not offered is refused, or, where unknown types are allowed, skipped (skipped.h).
/// Errors are in the translator's words, with the line.
[[nodiscard]] Result<> expand(TemplateSource& source, const ParameterValues& parameters,
                              const PseudoParameters& pseudo, bool allow_unknown = false);

}  // namespace millrace::cloudformation::sam
