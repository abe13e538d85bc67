#include "services/lambda/ops/permission_statement.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "aws/auth/credential.h"
#include "codec/json_writer.h"
#include "services/lambda/errors.h"

namespace millrace::lambda {

namespace {

constexpr std::array<std::string_view, 3> kServiceDomains{".amazonaws.com", ".amazonaws.com.cn",
                                                          ".amazon.com"};

// Operator, then key, then value.
using Conditions = std::map<std::string, std::map<std::string, std::string>>;

Conditions conditions_of(const api::lambda::AddPermissionRequest& input) {
    Conditions conditions;
    if (input.source_arn) conditions["ArnLike"]["AWS:SourceArn"] = *input.source_arn;
    if (input.source_account) conditions["StringEquals"]["AWS:SourceAccount"] = *input.source_account;
    if (input.principal_org_id) conditions["StringEquals"]["aws:PrincipalOrgID"] = *input.principal_org_id;
    if (input.event_source_token)
        conditions["StringEquals"]["lambda:EventSourceToken"] = *input.event_source_token;
    if (input.function_url_auth_type)
        conditions["StringEquals"]["lambda:FunctionUrlAuthType"] = *input.function_url_auth_type;
    if (input.invoked_via_function_url)
        conditions["Bool"]["lambda:InvokedViaFunctionUrl"] =
            *input.invoked_via_function_url ? "true" : "false";
    return conditions;
}

bool is_service(std::string_view principal) {
    return std::ranges::any_of(kServiceDomains,
                               [&](std::string_view domain) { return principal.ends_with(domain); });
}

void write(codec::JsonWriter& json, const Conditions& conditions) {
    json.key("Condition").begin_object();
    for (const auto& [name, values] : conditions) {
        json.key(name).begin_object();
        for (const auto& [key, value] : values) json.key(key).string(value);
        json.end_object();
    }
    json.end_object();
}

}  // namespace

aws::Outcome<std::string> principal_json(const std::string& principal) {
    std::string out;
    codec::JsonWriter json(out);
    if (principal == "*") {
        json.string("*");
    } else if (aws::is_account(principal)) {
        json.begin_object().key("AWS").string(fmt::format("arn:aws:iam::{}:root", principal)).end_object();
    } else if (principal.starts_with("arn:")) {
        json.begin_object().key("AWS").string(principal).end_object();
    } else if (is_service(principal)) {
        json.begin_object().key("Service").string(principal).end_object();
    } else {
        return std::unexpected(invalid_parameter(
            "The provided principal was invalid. Please check the principal and try again."));
    }
    return out;
}

aws::Outcome<std::string> statement_json(const api::lambda::AddPermissionRequest& input,
                                         const std::string& resource_arn) {
    aws::Outcome<std::string> principal = principal_json(input.principal);
    if (!principal) return principal;
    std::string out;
    codec::JsonWriter json(out);
    json.begin_object().key("Sid").string(input.statement_id).key("Effect").string("Allow");
    json.key("Principal").raw(*principal);
    json.key("Action").string(input.action).key("Resource").string(resource_arn);
    if (const Conditions conditions = conditions_of(input); !conditions.empty()) write(json, conditions);
    json.end_object();
    return out;
}

}  // namespace millrace::lambda
