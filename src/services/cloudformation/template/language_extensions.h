#pragma once

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/parameters.h"
#include "services/cloudformation/template/source.h"

namespace millrace::cloudformation {

// AWS's limits for Fn::ForEach.
inline constexpr std::size_t kLoopNestingMax = 5;
inline constexpr std::size_t kLoopItemsMax = 100;

/// The transform AWS::LanguageExtensions: writes out Fn::ForEach in Conditions, Resources and Outputs, and
/// works out functions in DeletionPolicy and UpdateReplacePolicy. What Fn::Length, Fn::ToJsonString and
/// Fn::FindInMap's DefaultValue give is worked out with all other functions (evaluate.h).
[[nodiscard]] Result<> extend_language(TemplateSource& source, const ParameterValues& parameters,
                                       const PseudoParameters& pseudo);

/// Refuses what needs that transform.
[[nodiscard]] Result<> check_plain_language(const TemplateSource& source);

}  // namespace millrace::cloudformation
