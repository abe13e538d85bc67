#pragma once

#include <boost/json/object.hpp>

#include "ports/resource_provider.h"
#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

/// Obeys the property ProvisionedConcurrencyConfig of a version or an alias, given by its ARN, or takes the
/// concurrency away when there is none; then answers with the resource.
void apply_provisioned_property(Core& core, const aws::Scope& scope, const std::string& arn,
                                const boost::json::object& properties, ports::Resource resource,
                                ports::ResourceDone done);

}  // namespace millrace::lambda
