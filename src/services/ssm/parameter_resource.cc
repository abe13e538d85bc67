#include "services/ssm/parameter_resource.h"

#include <fmt/format.h>
#include <utility>

#include "codec/json.h"
#include "ports/property_types.h"
#include "ports/system_tags.h"
#include "services/ssm/errors.h"
#include "services/ssm/names.h"
#include "services/ssm/values.h"

namespace millrace::ssm {
namespace {

using Update = ports::PropertyModel::Update;

aws::ServiceError wrong_type(std::string_view property) {
    return validation_exception(fmt::format("Property {} has a value of the wrong type.", property));
}

/// Templates may write numbers and booleans where the service has text.
aws::Outcome<std::optional<std::string>> text_at(const codec::JsonObject& properties, std::string_view name) {
    const auto* value = properties.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_string()) return std::string{std::string_view{value->get_string()}};
    if (value->is_object() || value->is_array()) return std::unexpected(wrong_type(name));
    return codec::to_json(*value);
}

aws::Outcome<void> read_texts(const codec::JsonObject& properties, Parameter& parameter) {
    const auto take = [&](std::string_view name, std::string& into) -> aws::Outcome<void> {
        auto text = text_at(properties, name);
        if (!text) return std::unexpected(std::move(text.error()));
        into = std::move(*text).value_or("");
        return {};
    };
    if (auto good = take("Type", parameter.type); !good) return good;
    if (auto good = take("Value", parameter.value); !good) return good;
    if (auto good = take("Description", parameter.description); !good) return good;
    return take("AllowedPattern", parameter.allowed_pattern);
}

/// Reads what may change in place into the parameter.
aws::Outcome<void> apply(const ports::ResourceRequest& request, Parameter& parameter) {
    const codec::JsonObject& properties = request.properties;
    const auto data_type = text_at(properties, "DataType");
    if (!data_type) return std::unexpected(data_type.error());
    if (*data_type && **data_type != "text")
        return std::unexpected(not_offered(fmt::format("The data type {}", **data_type)));
    if (auto good = read_texts(properties, parameter); !good) return good;
    const auto tier = text_at(properties, "Tier");
    if (!tier) return std::unexpected(tier.error());
    parameter.tier = tier_for(*tier, parameter.value);
    parameter.tags.clear();
    if (const auto* tags = properties.if_contains("Tags")) {
        if (!tags->is_object()) return std::unexpected(wrong_type("Tags"));
        for (const auto& tag : tags->get_object()) {
            auto value = text_at(tags->get_object(), tag.key());
            if (!value) return std::unexpected(std::move(value.error()));
            parameter.tags[tag.key()] = value->value_or("");
        }
    }
    if (ports::has_system_tag(parameter.tags)) return std::unexpected(system_tag_refused());
    ports::add_stack_tags(request, parameter.tags);
    if (auto good = check_value(parameter); !good) return good;
    return check_tags(parameter);
}

Parameters::Answer answer_with(const Parameters& parameters, const aws::Scope& scope, std::string name,
                               ports::ResourceDone done) {
    return [&parameters, scope, name = std::move(name),
            done = std::move(done)](aws::Outcome<void> kept) mutable {
        if (!kept) return done(std::unexpected(std::move(kept.error())));
        const Parameter* parameter = parameters.find(scope, name);
        done(ports::Resource{
            name, {{"Arn", parameter->arn()}, {"Type", parameter->type}, {"Value", parameter->value}}});
    };
}

}  // namespace

std::vector<ports::ResourceTypeModel> ParameterResource::resource_types() const {
    return {
        ports::with_types({.type = "AWS::SSM::Parameter",
                           .properties = {{.name = "AllowedPattern"},
                                          {.name = "DataType", .update = Update::kReplacement},
                                          {.name = "Description"},
                                          {.name = "Name", .update = Update::kReplacement},
                                          {.name = "Tags"},
                                          {.name = "Tier"},
                                          {.name = "Type", .required = true, .update = Update::kReplacement},
                                          {.name = "Value", .required = true}},
                           .attributes = {"Arn", "Type", "Value"},
                           .takes_stack_tags = true,
                           .not_offered = {"Policies"}},
                          "AllowedPattern DataType Description Name Tags{} Tier Type Value")};
}

void ParameterResource::create(ports::ResourceRequest request, ports::ResourceDone done) {
    const auto name = text_at(request.properties, "Name");
    if (!name) return done(std::unexpected(name.error()));
    Parameter parameter{.scope = request.context.scope,
                        .name = name->value_or(request.generated_name),
                        .modified = parameters_.clock().now()};
    if (auto good = check_name(parameter.scope, parameter.name); !good)
        return done(std::unexpected(std::move(good.error())));
    if (auto good = apply(request, parameter); !good) return done(std::unexpected(std::move(good.error())));
    auto answer = answer_with(parameters_, parameter.scope, parameter.name, std::move(done));
    parameters_.create(std::move(parameter), std::move(answer));
}

void ParameterResource::update(ports::ResourceRequest request, std::string physical_id,
                               boost::json::object /*previous*/, ports::ResourceDone done) {
    const aws::Scope scope = request.context.scope;
    auto answer = answer_with(parameters_, scope, physical_id, std::move(done));
    parameters_.replace(
        scope, std::move(physical_id),
        [request = std::move(request)](Parameter& parameter) { return apply(request, parameter); },
        std::move(answer));
}

std::string ParameterResource::find_unanswered(const ports::ResourceRequest& request) const {
    const auto given = text_at(request.properties, "Name");
    if (!given) return {};
    std::string name = given->value_or(request.generated_name);
    const Parameter* parameter = parameters_.find(request.context.scope, name);
    // One of an earlier time that somebody changed since then has a later version.
    const bool made =
        parameter != nullptr && parameter->version == 1 && ports::made_since(parameter->modified, request);
    return made ? name : std::string();
}

void ParameterResource::remove(ports::ResourceRequest request, std::string physical_id,
                               ports::ResourceRemoved done) {
    parameters_.remove(request.context.scope, {std::move(physical_id)},
                       [done = std::move(done)](aws::Outcome<void> outcome) mutable {
                           if (!outcome && outcome.error().code == "ParameterNotFound") outcome = {};
                           done(std::move(outcome));
                       });
}

std::optional<ports::StoredParameter> ParameterLookup::find(const aws::Scope& scope,
                                                            const std::string& name) const {
    const auto found = require(parameters_, scope, read_name(name));
    if (!found) return std::nullopt;
    return ports::StoredParameter{(*found)->value, (*found)->type == "StringList"};
}

}  // namespace millrace::ssm
