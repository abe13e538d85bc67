#pragma once

#include <string>

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/parameters.h"
#include "services/cloudformation/template/source.h"

namespace millrace::cloudformation {

/// Most bytes of a template after its transforms: AWS's limit for a template.
inline constexpr std::size_t kProcessedBytesMax = 1_MiB;

/// Applies the source's transforms in their order; afterwards it has none, and its lines are still those of
/// what was sent. What needs AWS::LanguageExtensions is refused in a template that does not name it. Errors
/// tell the transform, the path and the line. `allow_unknown` is ResourceTypes::allows_unknown().
[[nodiscard]] Result<TemplateSource> apply_transforms(TemplateSource source,
                                                      const ParameterValues& parameters,
                                                      const PseudoParameters& pseudo,
                                                      bool allow_unknown = false);

}  // namespace millrace::cloudformation
