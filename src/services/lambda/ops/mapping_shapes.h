#pragma once

#include <optional>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

// What the operations on event source mappings share: between the API's shapes and ours.

/// `state` as the API shows it: "Creating" and the like in the answer to a change, else state_of().
[[nodiscard]] api::lambda::EventSourceMappingConfiguration describe(const Core& core, const Mapping& mapping,
                                                                    std::string_view state);
[[nodiscard]] std::string_view state_of(const Mapping& mapping);

[[nodiscard]] aws::ServiceError mapping_not_found();

/// The first of a request's properties that would change behaviour and that Millrace does not obey.
[[nodiscard]] std::optional<aws::ServiceError> find_unoffered(
    const api::lambda::CreateEventSourceMappingRequest& request);

/// Sets in the mapping what a request says, but for its source, its position and its function. Errors:
/// InvalidParameterValueException.
[[nodiscard]] aws::Outcome<void> apply(const Core& core, Mapping& mapping,
                                       const api::lambda::CreateEventSourceMappingRequest& request);
[[nodiscard]] aws::Outcome<void> apply(const Core& core, Mapping& mapping,
                                       const api::lambda::UpdateEventSourceMappingRequest& request);

/// The name of a function, or of a version or alias with its qualifier, that must exist.
[[nodiscard]] aws::Outcome<std::string> existing_function(const Core& core, const aws::Scope& scope,
                                                          std::string_view reference);

}  // namespace millrace::lambda
