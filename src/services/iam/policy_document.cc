#include "services/iam/policy_document.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "api/iam.h"
#include "codec/json.h"

namespace millrace::iam {
namespace {

using codec::Json;
using codec::JsonObject;

constexpr std::array<std::string_view, 3> kDocumentElements = {"Version", "Id", "Statement"};
constexpr std::array<std::string_view, 9> kStatementElements = {"Sid",          "Effect",      "Principal",
                                                                "NotPrincipal", "Action",      "NotAction",
                                                                "Resource",     "NotResource", "Condition"};

std::unexpected<aws::ServiceError> malformed(std::string message) {
    return std::unexpected(api::iam::malformed_policy_document_exception(std::move(message)));
}

aws::Outcome<void> check_elements(const JsonObject& object, auto&& known) {
    for (const auto& [name, _] : object) {
        if (std::ranges::find(known, std::string_view{name}) == known.end()) {
            return malformed(fmt::format("Unknown field {}", std::string_view{name}));
        }
    }
    return {};
}

/// A string, or a list of at least one.
bool is_list_of_strings(const Json& value) {
    if (value.is_string()) return !value.get_string().empty();
    const auto* list = value.if_array();
    return list != nullptr && !list->empty() &&
           std::ranges::all_of(*list, [](const Json& item) { return item.is_string(); });
}

bool has_one_of(const JsonObject& statement, std::string_view name, std::string_view opposite) {
    return statement.contains(name) != statement.contains(opposite);
}

bool is_principal(const Json& value) {
    if (value.is_string()) return value.get_string() == "*";
    const auto* kinds = value.if_object();
    return kinds != nullptr && !kinds->empty() &&
           std::ranges::all_of(*kinds, [](const auto& kind) { return is_list_of_strings(kind.value()); });
}

aws::Outcome<void> check_target(const JsonObject& statement, PolicyKind kind) {
    const bool names_principal = statement.contains("Principal") || statement.contains("NotPrincipal");
    const bool names_resource = statement.contains("Resource") || statement.contains("NotResource");
    if (kind == PolicyKind::kIdentity) {
        if (names_principal) return malformed("Policy document should not specify a principal.");
        if (!has_one_of(statement, "Resource", "NotResource"))
            return malformed("Policy statement must contain resources.");
        for (const std::string_view name : {"Resource", "NotResource"}) {
            const Json* value = statement.if_contains(name);
            if (value != nullptr && !is_list_of_strings(*value)) return malformed("Syntax errors in policy.");
        }
        return {};
    }
    if (names_resource) return malformed("Has prohibited field Resource");
    if (!names_principal) return malformed("Missing required field Principal");
    for (const std::string_view name : {"Principal", "NotPrincipal"}) {
        const Json* value = statement.if_contains(name);
        if (value != nullptr && !is_principal(*value)) return malformed("Syntax errors in policy.");
    }
    return {};
}

aws::Outcome<void> check_statement(const Json& value, PolicyKind kind) {
    if (!value.is_object()) return malformed("Syntax errors in policy.");
    const JsonObject& statement = value.get_object();
    if (auto good = check_elements(statement, kStatementElements); !good) return good;
    const Json* effect = statement.if_contains("Effect");
    if (effect == nullptr) return malformed("Missing required field Effect");
    if (!effect->is_string() || (effect->get_string() != "Allow" && effect->get_string() != "Deny")) {
        return malformed(fmt::format("Invalid effect: {}", codec::to_json(*effect)));
    }
    if (!has_one_of(statement, "Action", "NotAction"))
        return malformed("Policy statement must contain actions.");
    for (const std::string_view name : {"Action", "NotAction"}) {
        const Json* action = statement.if_contains(name);
        if (action != nullptr && !is_list_of_strings(*action)) return malformed("Syntax errors in policy.");
    }
    const Json* condition = statement.if_contains("Condition");
    if (condition != nullptr && !condition->is_object()) return malformed("Syntax errors in policy.");
    return check_target(statement, kind);
}

}  // namespace

aws::Outcome<void> check_policy_document(std::string_view text, PolicyKind kind) {
    const auto json = codec::parse_json(text);
    if (!json) return malformed("This policy contains invalid Json");
    if (!json->is_object()) return malformed("Syntax errors in policy.");
    const JsonObject& document = json->get_object();
    if (auto good = check_elements(document, kDocumentElements); !good) return good;
    if (const Json* version = document.if_contains("Version")) {
        if (!version->is_string() ||
            (version->get_string() != "2012-10-17" && version->get_string() != "2008-10-17")) {
            return malformed("The policy's Version must be \"2012-10-17\" or \"2008-10-17\".");
        }
    }
    const Json* statements = document.if_contains("Statement");
    if (statements == nullptr) return malformed("Syntax errors in policy.");
    if (!statements->is_array()) return check_statement(*statements, kind);
    if (statements->get_array().empty()) return malformed("Syntax errors in policy.");
    for (const Json& statement : statements->get_array()) {
        if (auto good = check_statement(statement, kind); !good) return good;
    }
    return {};
}

}  // namespace millrace::iam
