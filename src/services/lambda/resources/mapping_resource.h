#pragma once

#include "ports/resource_provider.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

inline constexpr std::string_view kMappingType = "AWS::Lambda::EventSourceMapping";

[[nodiscard]] ports::ResourceTypeModel mapping_resource_type();
void create_mapping_resource(Core& core, ports::ResourceRequest request, ports::ResourceDone done);
void update_mapping_resource(Core& core, ports::ResourceRequest request, std::string uuid,
                             ports::ResourceDone done);
/// As ports::ResourceProvider::find_unanswered().
[[nodiscard]] std::string find_unanswered_mapping(const Core& core, const ports::ResourceRequest& request);
void remove_mapping_resource(Core& core, const ports::ResourceRequest& request, std::string uuid,
                             ports::ResourceRemoved done);

}  // namespace millrace::lambda
