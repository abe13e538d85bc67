#include "services/ssm/names.h"

#include <algorithm>
#include <fmt/format.h>

#include "api/ssm.h"
#include "base/ascii.h"
#include "services/ssm/errors.h"
#include "services/ssm/limits.h"

namespace millrace::ssm {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == '/';
}

aws::ServiceError bad_name(bool path) {
    return validation_exception(path ? "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). "
                                       "If formed as a path, it can "
                                       "consist of sub-paths divided by slash symbol; each sub-path can be "
                                       "formed as a mix of letters, "
                                       "numbers and the following 3 symbols .-_"
                                     : "Parameter name must be a fully qualified name.");
}

}  // namespace

aws::Outcome<void> check_name(const aws::Scope& scope, std::string_view name) {
    const bool path = name.starts_with('/');
    const std::string_view bare = path ? name.substr(1) : name;
    if (!std::ranges::all_of(name, is_name_character) || bare.empty() || name.ends_with('/') ||
        name.find("//") != std::string_view::npos || starts_with_ignoring_case(bare, "ssm")) {
        return std::unexpected(bad_name(true));
    }
    if (starts_with_ignoring_case(bare, "aws")) {
        return std::unexpected(
            aws::ServiceError{.code = "AccessDeniedException",
                              .message = fmt::format("No access to reserved parameter name: {}.", name)});
    }
    if (!path && bare.find('/') != std::string_view::npos) return std::unexpected(bad_name(false));
    if (static_cast<std::size_t>(std::ranges::count(bare, '/')) + 1 > kLevelsMax) {
        return std::unexpected(api::ssm::hierarchy_level_limit_exceeded_exception(fmt::format(
            "A hierarchy can have a maximum of {} levels. For more information, see Requirements and "
            "constraints for parameter names in the AWS Systems Manager User Guide.",
            kLevelsMax)));
    }
    if (Parameter{.scope = scope, .name = std::string(name)}.arn().size() > kNameCharsMax) {
        return std::unexpected(validation_exception(
            fmt::format("The parameter's name is too long: its ARN may have {} characters.", kNameCharsMax)));
    }
    return {};
}

aws::Outcome<void> check_path(std::string_view path) {
    if (path.starts_with('/') && path.find("//") == std::string_view::npos &&
        std::ranges::all_of(path, is_name_character)) {
        return {};
    }
    return std::unexpected(validation_exception(
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a "
        "forward "
        "slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only "
        "letters, "
        "numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are "
        "not "
        "allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: "
        "/get/parameters2-/by1./path0_."));
}

NamedParameter read_name(std::string_view text) {
    constexpr std::string_view kPlace = ":parameter/";
    if (const auto place = text.find(kPlace); text.starts_with("arn:") && place != std::string_view::npos) {
        // The ARN of "a" and of "/a" is the same; one with levels has its slash.
        const std::string_view rest = text.substr(place + kPlace.size());
        const std::string_view name = rest.substr(0, rest.find(':'));
        const std::string selector(rest.substr(name.size()));
        return {name.find('/') == std::string_view::npos ? std::string(name) : fmt::format("/{}", name),
                selector};
    }
    const std::string_view name = text.substr(0, text.find(':'));
    return {std::string(name), std::string(text.substr(name.size()))};
}

aws::Outcome<const Parameter*> require(const Parameters& parameters, const aws::Scope& scope,
                                       const NamedParameter& named) {
    const Parameter* found = parameters.find(scope, named.name);
    // As their ARNs are the same, "/a" also means "a".
    if (found == nullptr && named.name.starts_with('/') && named.name.find('/', 1) == std::string::npos)
        found = parameters.find(scope, named.name.substr(1));
    if (found == nullptr) return std::unexpected(parameter_not_found(named.name));
    if (named.selector.empty() || named.selector == fmt::format(":{}", found->version)) return found;
    return std::unexpected(api::ssm::parameter_version_not_found(
        fmt::format("Systems Manager could not find version {} of {}. Verify the version and try again.",
                    named.selector.substr(1), named.name)));
}

}  // namespace millrace::ssm
