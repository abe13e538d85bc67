#pragma once

#include <boost/json/object.hpp>

#include "ports/resource_provider.h"

namespace millrace::cloudformation {

/// Writes numbers and booleans as texts where the type's properties are texts, texts as booleans where they
/// are these, and 5.0 as an integer, as CloudFormation does before it asks a service. What does not fit
/// stays: see ValueCheck.
void coerce_values(boost::json::object& properties, const ports::ResourceTypeModel& model);

}  // namespace millrace::cloudformation
