#pragma once

#include <optional>
#include <string>

#include "api/lambda.h"
#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

/// A function or an alias, which may have a URL. Errors in AWS's words: a version or $LATEST as a qualifier,
/// ResourceNotFoundException.
[[nodiscard]] aws::Outcome<Target> find_url_target(const Core& core, const aws::Scope& scope,
                                                   const std::string& function,
                                                   const std::optional<std::string>& qualifier);

/// Of Create, Get and Update alike, and an item of a list.
[[nodiscard]] api::lambda::FunctionUrlConfig describe(const FunctionUrl& url, std::string function_arn,
                                                      const aws::RequestContext& context);

/// Nothing of one that says nothing, which is how an update takes away what was.
[[nodiscard]] std::optional<UrlCors> cors_of(const api::lambda::Cors& given);

}  // namespace millrace::lambda
