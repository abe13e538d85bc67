#include <boost/json.hpp>

#include "ports/property_types.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

// What the template no longer says goes back to its default, as Put leaves nothing of what was.
void put(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    auto input = read_properties<api::lambda::PutFunctionEventInvokeConfig>(request.properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    std::string id = input->function_name + "|" + input->qualifier.value_or("");
    if (!input->destination_config) input->destination_config.emplace();
    put_function_event_invoke_config(
        core, request.context, std::move(*input),
        [id = std::move(id),
         done = std::move(done)](aws::Outcome<api::lambda::FunctionEventInvokeConfig> stored) mutable {
            if (!stored) return done(std::unexpected(std::move(stored.error())));
            done(ports::Resource{.physical_id = std::move(id), .attributes = {}});
        });
}

void update(Core& core, ports::ResourceRequest request, std::string, const json::object&,
            ports::ResourceDone done) {
    put(core, std::move(request), std::move(done));
}

std::string find_unanswered(const Core& core, const ports::ResourceRequest& request) {
    const std::string function = ports::text_in(request, "FunctionName", {});
    const std::string qualifier = ports::text_in(request, "Qualifier", {});
    const auto target = find_target(core, request.context.scope, function, qualifier);
    if (!target) return {};
    const auto config = core.records.event_invoke.find(target->record_key());
    const bool found = config && ports::made_since(config->last_modified, request);
    return found ? function + "|" + qualifier : std::string();
}

void remove(Core& core, const ports::ResourceRequest& request, std::string id, ports::ResourceRemoved done) {
    const std::size_t bar = id.find('|');
    if (bar == std::string::npos) return done({});  // it never was made
    api::lambda::DeleteFunctionEventInvokeConfigRequest input{.function_name = id.substr(0, bar)};
    if (bar + 1 < id.size()) input.qualifier = id.substr(bar + 1);
    delete_function_event_invoke_config(core, request.context, std::move(input),
                                        answer_removed<aws::Nothing>(std::move(done)));
}

}  // namespace

ResourceKind event_invoke_kind() {
    return {.type = ports::with_types(
                resource_type("AWS::Lambda::EventInvokeConfig", {"FunctionName", "Qualifier"},
                              {"DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"},
                              {"DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"}, {}),
                "DestinationConfig{OnFailure{Destination} OnSuccess{Destination}} FunctionName "
                "MaximumEventAgeInSeconds:integer MaximumRetryAttempts:integer Qualifier"),
            .create = put,
            .update = update,
            .remove = remove,
            .find_unanswered = find_unanswered};
}

}  // namespace millrace::lambda
