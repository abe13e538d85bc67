#include "services/logs/ops/target.h"

#include "api/logs.h"
#include "services/logs/errors.h"

namespace millrace::logs {

aws::Outcome<LogGroup*> find_target(Groups& groups, const aws::Scope& scope,
                                    const std::optional<std::string>& name,
                                    const std::optional<std::string>& identifier) {
    if (name.has_value() == identifier.has_value()) {
        return std::unexpected(api::logs::invalid_parameter_exception(
            "Exactly one of logGroupName and logGroupIdentifier must be specified."));
    }
    const auto resolved = name ? name : group_of_identifier(scope, *identifier);
    LogGroup* group = resolved ? groups.state().find_group(scope, *resolved) : nullptr;
    if (group == nullptr) return std::unexpected(group_not_found());
    return group;
}

aws::Outcome<std::string> group_of_resource(const aws::Scope& scope, const std::string& arn) {
    auto name = arn.starts_with("arn:") ? group_of_identifier(scope, arn) : std::nullopt;
    if (!name)
        return std::unexpected(
            api::logs::resource_not_found_exception("The specified resource does not exist."));
    return std::move(*name);
}

}  // namespace millrace::logs
