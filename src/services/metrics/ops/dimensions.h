#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/cloudwatch.h"
#include "aws/error.h"

namespace millrace::metrics {

/// `where` is what the request calls them: "MetricData.member.1.Dimensions". A name may be there once.
[[nodiscard]] aws::Outcome<std::map<std::string, std::string>> read_dimensions(
    std::optional<std::vector<api::cloudwatch::Dimension>> given, const std::string& where);

}  // namespace millrace::metrics
