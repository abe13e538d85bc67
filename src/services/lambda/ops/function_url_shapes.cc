#include "services/lambda/ops/function_url_shapes.h"

#include <fmt/format.h>

#include "codec/timestamp.h"
#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/urls/url_address.h"

namespace millrace::lambda {

namespace {

// AWS's pattern looks ahead, which ours cannot.
aws::ServiceError not_an_alias(std::string_view qualifier) {
    return validation_exception(fmt::format(
        "1 validation error detected: Value '{}' at 'qualifier' failed to satisfy constraint: Member "
        "must satisfy regular expression pattern: {}",
        qualifier, R"(((?!^\d+$)^[0-9a-zA-Z-_]+$))"));
}

}  // namespace

aws::Outcome<Target> find_url_target(const Core& core, const aws::Scope& scope, const std::string& function,
                                     const std::optional<std::string>& qualifier) {
    auto reference = resolve_function_name(scope, function, qualifier.value_or(""));
    if (!reference) return std::unexpected(std::move(reference.error()));
    if (is_version_number(reference->qualifier) || reference->qualifier == kLatestVersion)
        return std::unexpected(not_an_alias(reference->qualifier));
    auto target = find_target(core, scope, function, qualifier.value_or(""));
    if (!target && target.error().code == "ResourceNotFoundException")
        return std::unexpected(resource_not_found("Function does not exist"));
    return target;
}

std::optional<UrlCors> cors_of(const api::lambda::Cors& given) {
    const bool says_something = given.allow_credentials || given.allow_headers || given.allow_methods ||
                                given.allow_origins || given.expose_headers || given.max_age;
    if (!says_something) return std::nullopt;
    return UrlCors{.allow_credentials = given.allow_credentials,
                   .allow_headers = given.allow_headers,
                   .allow_methods = given.allow_methods,
                   .allow_origins = given.allow_origins,
                   .expose_headers = given.expose_headers,
                   .max_age_seconds = given.max_age};
}

api::lambda::FunctionUrlConfig describe(const FunctionUrl& url, std::string arn,
                                        const aws::RequestContext& context) {
    api::lambda::FunctionUrlConfig c;
    c.function_url = function_url(url.id, context.scope, context.base_url);
    c.function_arn = std::move(arn);
    c.auth_type = url.auth_type;
    c.invoke_mode = url.invoke_mode;
    c.creation_time = codec::format_iso8601(url.created);
    c.last_modified_time = codec::format_iso8601(url.last_modified);
    if (!url.cors) return c;
    c.cors = api::lambda::Cors{.allow_credentials = url.cors->allow_credentials,
                               .allow_headers = url.cors->allow_headers,
                               .allow_methods = url.cors->allow_methods,
                               .allow_origins = url.cors->allow_origins,
                               .expose_headers = url.cors->expose_headers,
                               .max_age = url.cors->max_age_seconds};
    return c;
}

}  // namespace millrace::lambda
