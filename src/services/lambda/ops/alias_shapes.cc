#include "services/lambda/ops/alias_shapes.h"

#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/provisioning.h"

namespace millrace::lambda {

namespace {

std::optional<std::string> find_weight_fault(const Alias& alias) {
    if (alias.weights.size() > 1)
        return "Number of items in AdditionalVersionWeights cannot be greater than 1";
    if (alias.weights.contains(alias.version)) {
        return fmt::format(
            "Invalid function version {0}. Function version {0} is already included in routing "
            "configuration.",
            alias.version);
    }
    if (!alias.weights.empty() && alias.version == kLatestVersion)
        return "$LATEST is not supported for an alias pointing to more than 1 version";
    return std::nullopt;
}

}  // namespace

api::lambda::AliasConfiguration describe(const Function& function, const Alias& alias) {
    api::lambda::AliasConfiguration c;
    c.alias_arn = fmt::format("{}:{}", function.arn(), alias.name);
    c.name = alias.name;
    c.function_version = alias.version;
    c.description = alias.description;
    if (!alias.weights.empty()) c.routing_config.emplace().additional_version_weights = alias.weights;
    c.revision_id = alias.revision_id;
    return c;
}

aws::Outcome<void> check_versions(const Core& core, const Function& function, const Alias& alias) {
    std::vector<std::string> versions{alias.version};
    for (const auto& [version, weight] : alias.weights) versions.push_back(version);
    if (const auto fault = find_weight_fault(alias)) return std::unexpected(invalid_parameter(*fault));
    for (const std::string& version : versions) {
        if (!core.functions.find(function.scope, function.name, version))
            return std::unexpected(function_not_found(function.scope, function.name, version));
    }
    return {};
}

Weights weights_of(const std::optional<api::lambda::AliasRoutingConfiguration>& routing) {
    return routing ? routing->additional_version_weights.value_or(Weights()) : Weights();
}

void store_alias(Core& core, const FunctionPtr& function, Alias alias,
                 std::move_only_function<void(aws::Outcome<api::lambda::AliasConfiguration>)> done) {
    alias.revision_id = make_uuid(core.random);
    auto answer = describe(*function, alias);
    const std::string key = record_key(function->scope, function->name, alias.name);
    core.functions.aliases().put(
        key, std::move(alias),
        [&core, function, answer = std::move(answer), done = std::move(done)](Result<> result) mutable {
            if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
            apply_provisioning(core, function->scope, function->name);
            core.mappings.function_changed(function->scope, function->name);
            done(std::move(answer));
        });
}

}  // namespace millrace::lambda
