#include "services/sqs/permissions.h"

#include <algorithm>
#include <fmt/format.h>

#include "api/sqs.h"
#include "aws/auth/credential.h"
#include "codec/json.h"
#include "services/sqs/errors.h"
#include "services/sqs/queue_url.h"

namespace millrace::sqs {
namespace {

/// What an owner may let others do.
constexpr std::string_view kGrantable[] = {
    "*",           "ChangeMessageVisibility",    "DeleteMessage", "GetQueueAttributes",
    "GetQueueUrl", "ListDeadLetterSourceQueues", "PurgeQueue",    "ReceiveMessage",
    "SendMessage",
};

std::unexpected<aws::ServiceError> refuse(std::string_view value, std::string_view parameter,
                                          std::string_view reason) {
    return std::unexpected(invalid_parameter(value, parameter, reason));
}

aws::Outcome<void> check(const Permission& permission) {
    // Labels follow the same rule as the names of standard queues.
    if (!is_queue_name(permission.label) || is_fifo_name(permission.label)) {
        return refuse(
            permission.label, "Label",
            fmt::format("Can only include alphanumeric characters, hyphens, or underscores. 1 to {} "
                        "in length.",
                        kLabelCharactersMax));
    }
    if (permission.actions.empty()) return std::unexpected(missing_parameter("Actions"));
    if (permission.actions.size() > kPermissionActionsMax) {
        return std::unexpected(
            api::sqs::over_limit(fmt::format("{} Actions were found, maximum allowed is {}.",
                                             permission.actions.size(), kPermissionActionsMax)));
    }
    if (permission.accounts.empty()) return refuse("[]", "PrincipalId", "Unable to verify.");
    for (const std::string& action : permission.actions) {
        if (std::ranges::find(kGrantable, action) == std::end(kGrantable)) {
            return refuse("SQS:" + action, "ActionName",
                          "Only the queue owner is allowed to invoke this action.");
        }
    }
    for (const std::string& account : permission.accounts) {
        if (!aws::is_account(account)) {
            return refuse(fmt::format("[{}]", fmt::join(permission.accounts, ", ")), "PrincipalId",
                          "Unable to verify.");
        }
    }
    return {};
}

/// AWS writes a list of one as its only item.
codec::Json one_or_list(const std::vector<std::string>& texts) {
    if (texts.size() == 1) return codec::Json(texts.front());
    codec::JsonArray list;
    for (const std::string& text : texts) list.emplace_back(text);
    return list;
}

codec::JsonObject statement_of(const QueueDescription& queue, const Permission& permission) {
    std::vector<std::string> principals;
    for (const std::string& account : permission.accounts) {
        principals.push_back(fmt::format("arn:aws:iam::{}:root", account));
    }
    std::vector<std::string> actions;
    for (const std::string& action : permission.actions) actions.push_back("SQS:" + action);
    return {{"Sid", permission.label},
            {"Effect", "Allow"},
            {"Principal", codec::JsonObject{{"AWS", one_or_list(principals)}}},
            {"Action", one_or_list(actions)},
            {"Resource", queue.arn()}};
}

codec::JsonObject policy_of(const QueueDescription& queue) {
    if (const auto text = queue.attributes.get("Policy")) {
        if (auto document = codec::parse_json(*text); document && document->is_object()) {
            return document->get_object();
        }
    }
    return {{"Version", "2008-10-17"}, {"Id", queue.arn() + "/SQSDefaultPolicy"}};
}

/// A policy may hold its only statement alone.
codec::JsonArray statements_of(const codec::JsonObject& policy) {
    const codec::Json* statements = policy.if_contains("Statement");
    if (statements == nullptr) return {};
    if (const auto* list = statements->if_array()) return *list;
    return {*statements};
}

bool has_label(const codec::Json& statement, std::string_view label) {
    const auto* object = statement.if_object();
    const codec::Json* sid = object == nullptr ? nullptr : object->if_contains("Sid");
    return sid != nullptr && sid->is_string() && std::string_view(sid->get_string()) == label;
}

}  // namespace

aws::Outcome<std::string> policy_with(const QueueDescription& queue, const Permission& permission) {
    if (auto checked = check(permission); !checked) return std::unexpected(std::move(checked.error()));
    codec::JsonObject policy = policy_of(queue);
    codec::JsonArray statements = statements_of(policy);
    const auto same = [&](const codec::Json& statement) { return has_label(statement, permission.label); };
    if (std::ranges::any_of(statements, same)) return refuse(permission.label, "Label", "Already exists.");
    statements.push_back(statement_of(queue, permission));
    policy["Statement"] = std::move(statements);
    return codec::to_json(policy);
}

aws::Outcome<std::string> policy_without(const QueueDescription& queue, std::string_view label) {
    codec::JsonObject policy = policy_of(queue);
    codec::JsonArray statements;
    bool found = false;
    for (const codec::Json& statement : statements_of(policy)) {
        if (has_label(statement, label)) {
            found = true;
        } else {
            statements.push_back(statement);
        }
    }
    if (!found) return refuse(label, "Label", "can't find label.");
    if (statements.empty()) return std::string();
    policy["Statement"] = std::move(statements);
    return codec::to_json(policy);
}

}  // namespace millrace::sqs
