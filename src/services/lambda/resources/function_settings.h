#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "ports/resource_provider.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// What a template says about a function beside its configuration: ReservedConcurrentExecutions,
/// RecursiveLoop, RuntimeManagementConfig, CodeSigningConfigArn.
struct FunctionSettings {
    std::optional<std::int64_t> reserved;
    std::optional<std::string> recursive_loop;
    std::optional<std::string> update_runtime_on;
    std::optional<std::string> runtime_version_arn;
    std::optional<std::string> code_signing;
};

/// Takes them out of the properties and checks them, before anything is created.
[[nodiscard]] aws::Outcome<FunctionSettings> take_function_settings(const Core& core, const aws::Scope& scope,
                                                                    const std::string& name,
                                                                    boost::json::object& properties);

/// Stores them, and takes away what they do not say.
void apply_function_settings(Core& core, const aws::RequestContext& context, const std::string& name,
                             FunctionSettings settings,
                             std::move_only_function<void(aws::Outcome<void>)> done);

}  // namespace millrace::lambda
