#pragma once

#include <optional>

#include "api/lambda.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/lambda/core.h"
#include "services/lambda/ops/mapping_tags.h"

namespace millrace::lambda {

/// UpdateEventSourceMapping, and with the tags that a template says.
void update_mapping(Core& core, const aws::RequestContext& context,
                    api::lambda::UpdateEventSourceMappingRequest input, std::optional<Tags> tags,
                    aws::Reply<api::lambda::UpdateEventSourceMapping> reply);

}  // namespace millrace::lambda
