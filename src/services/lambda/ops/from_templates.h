#pragma once

#include "services/lambda/ops/mapping_tags.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

// What templates ask for: as the operations do, but with tags that are AWS's own too.

Operation<api::lambda::CreateFunction> create_function_from_template;
Operation<api::lambda::CreateEventSourceMapping> create_mapping_from_template;

void update_mapping_from_template(Core& core, const aws::RequestContext& context,
                                  api::lambda::UpdateEventSourceMappingRequest input,
                                  std::optional<Tags> tags,
                                  aws::Reply<api::lambda::UpdateEventSourceMapping> reply);

}  // namespace millrace::lambda
