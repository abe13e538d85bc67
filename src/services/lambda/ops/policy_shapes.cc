#include "services/lambda/ops/policy_shapes.h"

#include <algorithm>
#include <fmt/format.h>

#include "services/lambda/errors.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPolicyBytesMax = 20'480;

aws::ServiceError stale_layer_policy() {
    return precondition_failed(
        "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to "
        "retrieve "
        "the latest Revision Id");
}

bool has(const Policy& policy, const std::string& sid) {
    return std::ranges::find(policy.statements, sid, &Policy::Statement::sid) != policy.statements.end();
}

}  // namespace

std::string policy_json(const Policy& policy) {
    std::string statements;
    for (const Policy::Statement& statement : policy.statements) {
        if (!statements.empty()) statements += ',';
        statements += statement.json;
    }
    return fmt::format(R"({{"Version":"2012-10-17","Id":"default","Statement":[{}]}})", statements);
}

void add_statement(Core& core, RecordTable<Policy>& table, const std::string& key,
                   Policy::Statement statement, const std::optional<std::string>& revision_id,
                   std::move_only_function<void(aws::Outcome<std::string>)> done) {
    const auto before = table.newest(key);
    Policy policy = before ? *before : Policy();
    if (revision_id && *revision_id != policy.revision_id) return done(std::unexpected(stale_layer_policy()));
    if (has(policy, statement.sid)) {
        return done(std::unexpected(resource_conflict(fmt::format(
            "The statement id ({}) provided already exists. Please provide a new statement id, or "
            "remove the existing statement.",
            statement.sid))));
    }
    policy.statements.push_back(std::move(statement));
    if (const std::size_t bytes = policy_json(policy).size(); bytes > kPolicyBytesMax) {
        return done(std::unexpected(api::lambda::policy_length_exceeded_exception(fmt::format(
            "The final policy size ({}) is bigger than the limit ({}).", bytes, kPolicyBytesMax))));
    }
    policy.revision_id = make_uuid(core.random);
    table.put(key, policy, [revision = policy.revision_id, done = std::move(done)](Result<> result) mutable {
        if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
        done(std::move(revision));
    });
}

void remove_statement(Core& core, RecordTable<Policy>& table, const std::string& key, const std::string& sid,
                      const std::optional<std::string>& revision_id,
                      std::move_only_function<void(aws::Outcome<void>)> done) {
    const auto before = table.newest(key);
    if (!before) {
        return done(std::unexpected(resource_not_found("No policy is associated with the given resource.")));
    }
    Policy policy = *before;
    if (!has(policy, sid)) {
        return done(std::unexpected(
            resource_not_found(fmt::format("Statement {} is not found in resource policy.", sid))));
    }
    if (revision_id && *revision_id != policy.revision_id) return done(std::unexpected(stale_layer_policy()));
    std::erase_if(policy.statements,
                  [&](const Policy::Statement& statement) { return statement.sid == sid; });
    policy.revision_id = make_uuid(core.random);
    auto answer = [done = std::move(done)](Result<> result) mutable {
        if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
        done({});
    };
    if (policy.statements.empty()) return table.erase(key, std::move(answer));
    table.put(key, std::move(policy), std::move(answer));
}

}  // namespace millrace::lambda
