#include <boost/json.hpp>
#include <fmt/format.h>

#include "ports/property_types.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/publishing.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/resources/provisioned_property.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

ports::Resource to_resource(const Function& version) {
    const std::string arn = version.qualified_arn();
    return {.physical_id = arn, .attributes = {{"Version", version.version}, {"FunctionArn", arn}}};
}

void create(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    auto input = read_properties<api::lambda::PublishVersion>(request.properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    publish(
        core, request.context.scope, std::move(*input),
        [&core, scope = request.context.scope, properties = std::move(request.properties),
         done = std::move(done)](aws::Outcome<Published> published) mutable {
            if (!published) return done(std::unexpected(std::move(published.error())));
            const Function& version = *published->version;
            if (!published->is_new) {
                return done(std::unexpected(resource_conflict(fmt::format(
                    "A version for this Lambda function exists ( {} ). Modify the function to create a new "
                    "version.",
                    version.version))));
            }
            apply_provisioned_property(core, scope, version.qualified_arn(), properties, to_resource(version),
                                       std::move(done));
        });
}

void update(Core& core, ports::ResourceRequest request, std::string arn, const json::object&,
            ports::ResourceDone done) {
    aws::Outcome<Target> target = find_target(core, request.context.scope, arn);
    if (!target) return done(std::unexpected(std::move(target.error())));
    apply_provisioned_property(core, request.context.scope, arn, request.properties,
                               to_resource(*target->function), std::move(done));
}

/// A version of an earlier build has no time of its own: it is as new as the change of its function that it
/// holds.
std::string find_unanswered(const Core& core, const ports::ResourceRequest& request) {
    const aws::Scope& scope = request.context.scope;
    const auto named = resolve_function_name(scope, ports::text_in(request, "FunctionName", {}));
    if (!named) return {};
    const std::vector<FunctionPtr> versions = core.functions.versions(scope, named->name);
    if (versions.empty()) return {};
    const Function& newest = *versions.back();
    const bool made = ports::made_since(newest.published.value_or(newest.last_modified), request);
    return made ? newest.qualified_arn() : std::string();
}

void remove(Core& core, const ports::ResourceRequest& request, std::string arn, ports::ResourceRemoved done) {
    delete_function(core, request.context, {.function_name = std::move(arn)},
                    answer_removed<api::lambda::DeleteFunctionResponse>(std::move(done)));
}

}  // namespace

ResourceKind version_kind() {
    auto type = resource_type("AWS::Lambda::Version", {"FunctionName"},
                              {"CodeSha256", "Description", "ProvisionedConcurrencyConfig"},
                              {"ProvisionedConcurrencyConfig"}, {"Version", "FunctionArn"});
    type.not_offered = {"FunctionScalingConfig", "RuntimePolicy"};
    return {
        .type = ports::with_types(std::move(type),
                                  "CodeSha256 Description FunctionName "
                                  "ProvisionedConcurrencyConfig{ProvisionedConcurrentExecutions:integer}"),
        .create = create,
        .update = update,
        .remove = remove,
        .find_unanswered = find_unanswered};
}

}  // namespace millrace::lambda
