#pragma once

#include "base/error.h"
#include "services/cloudformation/template/resource_types.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// Everything about a template that can be wrong before its parameters are known: resource types and
/// properties, references, conditions, mappings, cycles. Nothing is created from a template that fails here.
/// A type that is not on offer passes in a resource with a condition: it may never be made.
[[nodiscard]] Result<> validate_template(const Template& checked, const ResourceTypes& types);

/// "Unrecognized parameter type", unless all types are offered, or others allowed.
[[nodiscard]] Result<> check_parameter_types(const std::vector<ParameterDeclaration>& parameters,
                                             const ResourceTypes& types);

/// "Unrecognized resource types", when any of these is not on offer.
[[nodiscard]] Result<> check_types_offered(const std::vector<const ResourceDeclaration*>& used,
                                           const ResourceTypes& types);

}  // namespace millrace::cloudformation
