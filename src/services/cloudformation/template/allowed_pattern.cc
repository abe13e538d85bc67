#include "services/cloudformation/template/allowed_pattern.h"

#include <boost/regex.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "base/units.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kPatternMemoryMax = 8_MiB;
/// The work of Perl's expressions grows with the square of the text and more, and nothing else is done
/// meanwhile.
constexpr std::size_t kPerlTextBytesMax = 1000;

RE2::Options quiet_options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<std::int64_t>(kPatternMemoryMax));
    return options;
}

/// Whether it is no mistake, but something that RE2 has not.
bool is_beyond(const RE2& linear) {
    switch (linear.error_code()) {
        case RE2::ErrorMissingBracket:
        case RE2::ErrorMissingParen:
        case RE2::ErrorUnexpectedParen:
        case RE2::ErrorTrailingBackslash:
        case RE2::ErrorRepeatArgument:
        case RE2::ErrorBadUTF8:
            return false;
        default:
            return true;
    }
}

}  // namespace

Result<> check_pattern(const std::string& pattern) {
    const RE2 linear(pattern, quiet_options());
    if (linear.ok()) return {};
    if (!is_beyond(linear)) return template_error(linear.error());
    try {
        const boost::regex perl(pattern, boost::regex::perl);
    } catch (const std::runtime_error& error) {
        return template_error(error.what());
    }
    return {};
}

Result<bool> matches_pattern(const std::string& pattern, const std::string& text) {
    if (const RE2 linear(pattern, quiet_options()); linear.ok()) return RE2::FullMatch(text, linear);
    if (text.size() > kPerlTextBytesMax) {
        return template_error(
            fmt::format("a pattern with look-around, back references or the like is offered "
                        "for values of up to {} bytes only",
                        kPerlTextBytesMax));
    }
    try {
        return boost::regex_match(text, boost::regex(pattern, boost::regex::perl));
    } catch (const std::runtime_error& error) {
        return template_error(error.what());
    }
}

}  // namespace millrace::cloudformation
