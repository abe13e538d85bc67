#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "aws/error.h"

namespace millrace::s3 {

using Tags = std::map<std::string, std::string>;

/// "a=1&b=2", as the header x-amz-tagging has them. InvalidArgument, and what check_tags() refuses.
[[nodiscard]] aws::Outcome<Tags> parse_tagging(std::string_view header);

/// InvalidTag for a key that is there twice. `system`: how many of AWS's own there may be besides.
[[nodiscard]] aws::Outcome<Tags> to_tags(const std::vector<api::s3::Tag>& tags, std::size_t count_max,
                                         std::size_t system = 0);
[[nodiscard]] std::vector<api::s3::Tag> from_tags(const Tags& tags);

}  // namespace millrace::s3
