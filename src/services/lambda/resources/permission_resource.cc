#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/random.h"
#include "ports/property_types.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/policy_shapes.h"
#include "services/lambda/ops/revision.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kStatementIdCharactersMax = 100;

// The end of a generated name is what makes it unique.
std::string statement_id(const std::string& generated_name) {
    const std::size_t size = generated_name.size();
    return size <= kStatementIdCharactersMax ? generated_name
                                             : generated_name.substr(size - kStatementIdCharactersMax);
}

void create(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    const std::string id = statement_id(request.generated_name);
    request.properties["StatementId"] = id;
    auto input = read_properties<api::lambda::AddPermission>(request.properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    add_permission(
        core, request.context, std::move(*input),
        [id, done = std::move(done)](aws::Outcome<api::lambda::AddPermissionResponse> added) mutable {
            if (!added) return done(std::unexpected(std::move(added.error())));
            done(ports::Resource{.physical_id = id, .attributes = {{"Id", id}}});
        });
}

// The id is unique among all policies, as templates made it.
void remove(Core& core, const ports::ResourceRequest& request, std::string id, ports::ResourceRemoved done) {
    const aws::Scope& scope = request.context.scope;
    const std::string sid = statement_id(id);
    const std::string prefix = fmt::format("{}/{}/", scope.account, scope.region);
    for (const auto& [key, policy] : core.records.policies.list(prefix)) {
        if (std::ranges::find(policy->statements, sid, &Policy::Statement::sid) == policy->statements.end())
            continue;
        const std::string named = key.substr(prefix.size());
        const std::size_t slash = named.find('/');
        const std::string qualifier = named.substr(slash + 1);
        const auto target =
            find_target(core, scope, named.substr(0, slash), qualifier == kLatestVersion ? "" : qualifier);
        auto removed = answer_removed<void>(std::move(done));
        return remove_statement(
            core, core.records.policies, key, sid, std::nullopt,
            [&core, target, removed = std::move(removed)](aws::Outcome<void> outcome) mutable {
                if (!outcome || !target) return removed(std::move(outcome));
                renew_revision(core, *target, make_uuid(core.random),
                               [removed = std::move(removed)](Result<> kept) mutable {
                                   if (!kept)
                                       return removed(std::unexpected(aws::to_service_error(kept.error())));
                                   removed({});
                               });
            });
    }
    done({});
}

}  // namespace

ResourceKind permission_kind() {
    return {.type = ports::with_types(
                resource_type("AWS::Lambda::Permission", {"Action", "FunctionName", "Principal"},
                              {"EventSourceToken", "FunctionUrlAuthType", "InvokedViaFunctionUrl",
                               "PrincipalOrgID", "SourceAccount", "SourceArn"},
                              {}, {"Id"}),
                "Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl:boolean "
                "Principal PrincipalOrgID SourceAccount SourceArn"),
            .create = create,
            .update = update_nothing,
            .remove = remove};
}

}  // namespace millrace::lambda
