#pragma once

#include "ports/resource_provider.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

inline constexpr std::string_view kFunctionType = "AWS::Lambda::Function";

[[nodiscard]] ports::ResourceTypeModel function_resource_type();
void create_function_resource(Core& core, ports::ResourceRequest request, ports::ResourceDone done);
void update_function_resource(Core& core, ports::ResourceRequest request, std::string name,
                              const boost::json::object& previous, ports::ResourceDone done);
/// As ports::ResourceProvider::find_unanswered().
[[nodiscard]] std::string find_unanswered_function(const Core& core, const ports::ResourceRequest& request);
void remove_function_resource(Core& core, const ports::ResourceRequest& request, std::string name,
                              ports::ResourceRemoved done);

}  // namespace millrace::lambda
