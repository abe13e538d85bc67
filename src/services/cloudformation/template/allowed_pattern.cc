#include "services/cloudformation/template/allowed_pattern.h"

#include <boost/regex.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "base/units.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kPatternMemoryMax = 8_MiB;

RE2::Options quiet_options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<std::int64_t>(kPatternMemoryMax));
    return options;
}

}  // namespace

Result<> check_pattern(const std::string& pattern) {
    if (const RE2 linear(pattern, quiet_options()); linear.ok()) return {};
    try {
        const boost::regex perl(pattern, boost::regex::perl);
    } catch (const std::runtime_error& error) {
        return template_error(error.what());
    }
    return {};
}

Result<bool> matches_pattern(const std::string& pattern, const std::string& text) {
    if (const RE2 linear(pattern, quiet_options()); linear.ok()) return RE2::FullMatch(text, linear);
    try {
        return boost::regex_match(text, boost::regex(pattern, boost::regex::perl));
    } catch (const std::runtime_error& error) {
        return template_error(error.what());
    }
}

}  // namespace millrace::cloudformation
