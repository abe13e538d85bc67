#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"

namespace millrace::ssm {

inline constexpr std::string_view kParameterPrefix = "ssm/parameters/";

struct Parameter {
    aws::Scope scope;
    std::string name;
    std::string type = "String";  ///< or StringList
    std::string value = {};
    std::string description = {};
    std::string allowed_pattern = {};
    std::string tier = "Standard";  ///< or Advanced
    std::map<std::string, std::string> tags = {};
    std::int64_t version = 1;
    WallTime modified = {};

    [[nodiscard]] std::string arn() const;
};

[[nodiscard]] std::string catalog_key(const aws::Scope& scope, std::string_view name);
[[nodiscard]] std::string to_catalog_value(const Parameter& parameter);
[[nodiscard]] Result<Parameter> parse_parameter(std::string_view key, std::string_view value);

}  // namespace millrace::ssm
