#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "services/cloudformation/ops/submission.h"

namespace millrace::cloudformation {

/// The text, number or boolean that a property is, as text.
[[nodiscard]] std::optional<std::string> text_property(const boost::json::object& properties,
                                                       std::string_view name);

/// Where a nested stack's template is, by its properties.
[[nodiscard]] std::optional<std::string> template_url_of(const boost::json::object& properties);

/// The request that a nested stack's properties amount to; what they do not say comes from its parent.
[[nodiscard]] aws::Outcome<SubmissionRequest> nested_submission(const boost::json::object& properties,
                                                                const Blueprint& parent, std::string body);

}  // namespace millrace::cloudformation
