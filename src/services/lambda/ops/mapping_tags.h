#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "services/lambda/core.h"

namespace millrace::lambda {

// Tags of event source mappings, which ListTags, TagResource and UntagResource name by their ARN.

using Tags = std::map<std::string, std::string>;

/// Tags that a resource may have.
inline constexpr std::size_t kTagsMax = 50;

/// Whether the ARN is one of an event source mapping.
[[nodiscard]] bool names_mapping(std::string_view arn);

/// ResourceNotFoundException when it is not there.
[[nodiscard]] aws::Outcome<Tags> tags_of_mapping(const Core& core, const aws::Scope& scope,
                                                 std::string_view arn);
void change_tags_of_mapping(Core& core, const aws::Scope& scope, std::string_view arn,
                            const std::function<void(Tags&)>& change, Mappings::Done done);

/// InvalidParameterValueException when there are too many, or one is too long or AWS's own.
[[nodiscard]] aws::Outcome<void> check_tags(const Tags& tags);

}  // namespace millrace::lambda
