#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/references.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// Each resource's logical id and those of the resources that must exist before it.
using Dependencies = std::map<std::string, std::set<std::string>>;

/// From Ref, Fn::GetAtt, Fn::Sub and DependsOn. With `conditions` only the resources that will exist count,
/// else all.
[[nodiscard]] Result<Dependencies> find_dependencies(const Template& from,
                                                     const ConditionValues* conditions = nullptr);

/// An order in which each comes after what it needs; names that are not keys are ignored.
/// Error: "Circular dependency between resources: [A, B] (lines 3, 7)", the template's.
[[nodiscard]] Result<std::vector<std::string>> order_by_dependency(const Dependencies& dependencies,
                                                                   const Template& from);

}  // namespace millrace::cloudformation
