#include <fmt/format.h>

#include "ports/system_tags.h"
#include "services/ssm/errors.h"
#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"
#include "services/ssm/values.h"

namespace millrace::ssm {
namespace {

using api::ssm::PutParameterRequest;

aws::Outcome<void> check_members(const PutParameterRequest& input) {
    if (input.key_id) return std::unexpected(not_offered("KeyId"));
    if (input.policies) return std::unexpected(not_offered("Policies"));
    if (input.data_type && *input.data_type != "text")
        return std::unexpected(not_offered(fmt::format("The data type {}", *input.data_type)));
    if (input.overwrite.value_or(false) && input.tags && !input.tags->empty()) {
        return std::unexpected(
            validation_exception("Invalid request: tags and overwrite can't be used together. To create a "
                                 "parameter with tags, please "
                                 "remove overwrite flag. To update tags for an existing parameter, please "
                                 "use AddTagsToResource or "
                                 "RemoveTagsFromResource."));
    }
    return {};
}

/// What the request says of a parameter; what it leaves out stays.
void apply(const PutParameterRequest& input, Parameter& parameter) {
    parameter.value = input.value;
    if (input.description) parameter.description = *input.description;
    if (input.allowed_pattern) parameter.allowed_pattern = *input.allowed_pattern;
    if (input.tier || parameter.tier.empty()) parameter.tier = tier_for(input.tier, input.value);
}

/// Replies with the version that the parameter has then.
Parameters::Answer answer_with_version(const Parameters& parameters, const aws::Scope& scope,
                                       std::string name, aws::Reply<api::ssm::PutParameter> reply) {
    return [&parameters, scope, name = std::move(name),
            reply = std::move(reply)](aws::Outcome<void> kept) mutable {
        if (!kept) return reply(std::unexpected(std::move(kept.error())));
        const Parameter* parameter = parameters.find(scope, name);
        reply(api::ssm::PutParameterResult{.version = parameter->version, .tier = parameter->tier});
    };
}

void overwrite(Parameters& parameters, const aws::Scope& scope, PutParameterRequest input, std::string name,
               Parameters::Answer answer) {
    auto edit = [input = std::move(input)](Parameter& parameter) -> aws::Outcome<void> {
        if (input.type && *input.type != parameter.type) {
            return std::unexpected(api::ssm::hierarchy_type_mismatch_exception(
                "Parameter Store doesn't support changing a parameter type in a hierarchy."));
        }
        apply(input, parameter);
        return check_value(parameter);
    };
    parameters.replace(scope, std::move(name), std::move(edit), std::move(answer));
}

}  // namespace

void put_parameter(Parameters& parameters, const aws::RequestContext& context, PutParameterRequest input,
                   aws::Reply<api::ssm::PutParameter> reply) {
    const aws::Scope& scope = context.scope;
    std::string name = read_name(input.name).name;
    auto answer = [&] { return answer_with_version(parameters, scope, name, std::move(reply)); };
    if (auto good = check_members(input); !good) return reply(std::unexpected(std::move(good.error())));
    if (parameters.find(scope, name) != nullptr && input.overwrite.value_or(false))
        return overwrite(parameters, scope, std::move(input), name, answer());
    if (auto good = check_name(scope, input.name); !good)
        return reply(std::unexpected(std::move(good.error())));
    if (!input.type) {
        return reply(std::unexpected(
            validation_exception("A parameter type is required when you create a parameter.")));
    }
    Parameter parameter{
        .scope = scope, .name = name, .type = *input.type, .tier = {}, .modified = parameters.clock().now()};
    apply(input, parameter);
    for (const api::ssm::Tag& tag : input.tags.value_or(std::vector<api::ssm::Tag>()))
        parameter.tags[tag.key] = tag.value;
    if (ports::has_system_tag(parameter.tags)) return reply(std::unexpected(system_tag_refused()));
    if (auto good = check_value(parameter); !good) return reply(std::unexpected(std::move(good.error())));
    if (auto good = check_tags(parameter); !good) return reply(std::unexpected(std::move(good.error())));
    parameters.create(std::move(parameter), answer());
}

}  // namespace millrace::ssm
