#include "services/kinesis/resource_policy.h"

#include <fmt/format.h>

#include "api/kinesis.h"
#include "codec/json.h"

namespace millrace::kinesis {
namespace {

using codec::Json;
using codec::JsonObject;

aws::Outcome<void> invalid(std::string_view why) {
    return std::unexpected(
        api::kinesis::validation_exception(fmt::format("The resource policy is not valid: {}.", why)));
}

aws::Outcome<void> check_statement(const Json& statement) {
    if (!statement.is_object()) return invalid("a statement is not an object");
    const JsonObject& members = statement.get_object();
    const Json* effect = members.if_contains("Effect");
    if (effect == nullptr || (*effect != "Allow" && *effect != "Deny"))
        return invalid("the Effect of a statement must be Allow or Deny");
    for (const auto& [one, other] : {std::pair{"Principal", "NotPrincipal"}, {"Action", "NotAction"}}) {
        if (members.contains(one) == members.contains(other))
            return invalid(fmt::format("a statement must have either {} or {}", one, other));
    }
    return {};
}

}  // namespace

aws::Outcome<void> check_policy(std::string_view text) {
    if (text.size() > kPolicyBytesMax)
        return invalid(fmt::format("it is larger than {} bytes", kPolicyBytesMax));
    const auto json = codec::parse_json(text);
    if (!json) return invalid(json.error().message);
    const Json* statement = json->is_object() ? json->get_object().if_contains("Statement") : nullptr;
    if (statement == nullptr) return invalid("it has no Statement");
    if (!statement->is_array()) return check_statement(*statement);
    if (statement->get_array().empty()) return invalid("it has no Statement");
    for (const Json& one : statement->get_array()) {
        if (auto checked = check_statement(one); !checked) return checked;
    }
    return {};
}

}  // namespace millrace::kinesis
