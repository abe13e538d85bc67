#include "services/ssm/values.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "api/ssm.h"
#include "base/units.h"
#include "base/utf8.h"
#include "ports/system_tags.h"
#include "services/ssm/errors.h"
#include "services/ssm/limits.h"

namespace millrace::ssm {
namespace {

constexpr std::size_t kPatternMemoryMax = 1_MiB;

aws::Outcome<void> check_pattern(const Parameter& parameter) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<std::int64_t>(kPatternMemoryMax));
    const RE2 pattern(parameter.allowed_pattern, options);
    if (!pattern.ok()) {
        return std::unexpected(api::ssm::invalid_allowed_pattern_exception(
            fmt::format("AllowedPattern is not a regular expression that is offered: {}", pattern.error())));
    }
    if (RE2::FullMatch(parameter.value, pattern)) return {};
    return std::unexpected(api::ssm::parameter_pattern_mismatch_exception(fmt::format(
        "Parameter value, cannot be validated against allowedPattern: {}", parameter.allowed_pattern)));
}

}  // namespace

std::string tier_for(const std::optional<std::string>& wanted, const std::string& value) {
    if (wanted != "Intelligent-Tiering") return wanted.value_or("Standard");
    return utf8_length(value) <= kStandardValueCharsMax ? "Standard" : "Advanced";
}

aws::Outcome<void> check_value(const Parameter& parameter) {
    if (parameter.type == "SecureString") {
        return std::unexpected(api::ssm::unsupported_parameter_type(
            "A parameter of type SecureString is not offered by Millrace."));
    }
    if (parameter.value.empty()) {
        return std::unexpected(validation_exception(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1."));
    }
    const std::size_t length = utf8_length(parameter.value);
    if (parameter.tier == "Standard" && length > kStandardValueCharsMax) {
        return std::unexpected(validation_exception(fmt::format(
            "Standard tier parameters support a maximum parameter value of {} characters. To create a larger "
            "parameter value, upgrade the parameter to use the advanced-parameter tier.",
            kStandardValueCharsMax)));
    }
    if (length > kAdvancedValueCharsMax) {
        return std::unexpected(validation_exception(
            fmt::format("Advanced tier parameters support a maximum parameter value of {} characters.",
                        kAdvancedValueCharsMax)));
    }
    return parameter.allowed_pattern.empty() ? aws::Outcome<void>() : check_pattern(parameter);
}

aws::Outcome<void> check_tags(const Parameter& parameter) {
    if (ports::count_own_tags(parameter.tags) <= kTagsMax) return {};
    return std::unexpected(
        api::ssm::too_many_tags_error(fmt::format("A parameter can have at most {} tags.", kTagsMax)));
}

}  // namespace millrace::ssm
