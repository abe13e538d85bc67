#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "ports/system_tags.h"
#include "services/lambda/core.h"
#include "services/lambda/errors.h"

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

/// InvalidParameterValueException when there are too many, or one is too long.
[[nodiscard]] aws::Outcome<void> check_tags(const Tags& tags);
/// InvalidParameterValueException when a user gives or takes, by tags or keys, what is AWS's own.
template <class Named>
[[nodiscard]] aws::Outcome<void> check_own_tags(const Named& named) {
    if (!ports::has_system_tag(named)) return {};
    return std::unexpected(invalid_parameter(ports::kSystemTagRefused));
}

}  // namespace millrace::lambda
