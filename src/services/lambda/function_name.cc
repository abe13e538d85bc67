#include "services/lambda/function_name.h"

#include <fmt/format.h>
#include <vector>

#include "services/lambda/errors.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

namespace {

std::vector<std::string_view> split_at_colons(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t colon = text.find(':');
        parts.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) return parts;
        text.remove_prefix(colon + 1);
    }
}

struct Reference {
    std::string_view region;
    std::string_view account;
    std::string_view name;
    std::string_view qualifier;
};

// [arn:aws:lambda:][region:][account:][function:]name[:qualifier]; the model's pattern was checked before.
Reference parse(std::string_view text) {
    std::vector<std::string_view> parts = split_at_colons(text);
    Reference reference;
    if (parts.size() > 3 && parts[0] == "arn") parts.erase(parts.begin(), parts.begin() + 3);
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        if (parts[i] == "function") at = i + 1;
    }
    if (at >= 2) reference.account = parts[at - 2];
    if (at >= 3) reference.region = parts[at - 3];
    reference.name = parts[at];
    if (parts.size() > at + 1) reference.qualifier = parts[at + 1];
    return reference;
}

}  // namespace

bool is_version_number(std::string_view qualifier) {
    return !qualifier.empty() && qualifier.find_first_not_of("0123456789") == std::string_view::npos;
}

aws::ServiceError function_not_found(const aws::Scope& scope, std::string_view name,
                                     std::string_view qualifier) {
    std::string arn = function_arn(scope, name);
    if (!qualifier.empty()) arn += fmt::format(":{}", qualifier);
    return resource_not_found(fmt::format("Function not found: {}", arn));
}

aws::Outcome<FunctionReference> resolve_function_name(const aws::Scope& scope, std::string_view text,
                                                      std::string_view qualifier) {
    Reference reference = parse(text);
    if (!reference.region.empty() && reference.region != scope.region) {
        return std::unexpected(resource_not_found(fmt::format(
            "Functions from '{}' are not reachable in this region ('{}')", reference.region, scope.region)));
    }
    if (!reference.account.empty() && reference.account != scope.account) {
        return std::unexpected(
            aws::ServiceError{.code = "AccessDeniedException", .message = {}, .http_status = 403});
    }
    if (!qualifier.empty() && !reference.qualifier.empty() && qualifier != reference.qualifier) {
        return std::unexpected(invalid_parameter(
            "The derived qualifier from the function name does not match the specified qualifier."));
    }
    if (reference.qualifier.empty()) reference.qualifier = qualifier;
    return FunctionReference{.name = std::string(reference.name),
                             .qualifier = std::string(reference.qualifier)};
}

}  // namespace millrace::lambda
