#include "services/cloudformation/ops/submission.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/log.h"
#include "codec/json.h"
#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/external_lookup.h"
#include "services/cloudformation/ops/stored_parameters.h"
#include "services/cloudformation/state/exports.h"
#include "services/cloudformation/state/stack_policy.h"
#include "services/cloudformation/template/capabilities.h"
#include "services/cloudformation/template/rules.h"
#include "services/cloudformation/template/transform.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kStackNameMax = 128;
constexpr std::size_t kTagsMax = 50;

aws::Outcome<ParameterValues> given_parameters(const std::vector<api::cloudformation::Parameter>& parameters,
                                               const Stack* current) {
    ParameterValues values;
    for (const api::cloudformation::Parameter& parameter : parameters) {
        if (!parameter.parameter_key || parameter.parameter_key->empty()) {
            return std::unexpected(validation_error("Each parameter must have a ParameterKey."));
        }
        const std::string& key = *parameter.parameter_key;
        std::string value = parameter.parameter_value.value_or("");
        if (parameter.use_previous_value.value_or(false)) {
            if (!value.empty()) {
                return std::unexpected(
                    validation_error(fmt::format("Invalid input for parameter key {}. Cannot specify "
                                                 "usePreviousValue as true and non empty value for a "
                                                 "parameter",
                                                 key)));
            }
            const ParameterValues none;
            const ParameterValues& previous =
                current == nullptr ? none : current->header.blueprint.parameters;
            const auto found = previous.find(key);
            if (found == previous.end()) {
                return std::unexpected(
                    validation_error(fmt::format("Invalid input for parameter key {}. Cannot specify "
                                                 "usePreviousValue as true for a parameter key not "
                                                 "in the previous template",
                                                 key)));
            }
            value = found->second;
        } else if (!parameter.parameter_value) {
            return std::unexpected(
                validation_error(fmt::format("Parameter {} has neither a value nor UsePreviousValue.", key)));
        }
        if (!values.emplace(key, std::move(value)).second) {
            return std::unexpected(validation_error(fmt::format("Duplicate parameter key: {}", key)));
        }
    }
    return values;
}

aws::Outcome<std::vector<StackTag>> checked_tags(const std::vector<api::cloudformation::Tag>& tags) {
    if (tags.size() > kTagsMax) {
        return std::unexpected(
            validation_error(fmt::format("At most {} tags are allowed on a stack", kTagsMax)));
    }
    std::vector<StackTag> checked;
    for (const api::cloudformation::Tag& tag : tags) {
        if (tag.key.starts_with("aws:")) {
            return std::unexpected(
                validation_error("aws: prefixed tag key names are not allowed for external use."));
        }
        if (std::ranges::find(checked, tag.key, &StackTag::key) != checked.end()) {
            return std::unexpected(validation_error(fmt::format("Duplicate tag keys found: {}", tag.key)));
        }
        checked.push_back({tag.key, tag.value});
    }
    return checked;
}

aws::Outcome<std::string> body_of(SubmissionRequest& request, const Stack* current) {
    if (!request.use_previous_template) return require_template(std::move(request.template_body));
    if (request.template_body) {
        return std::unexpected(validation_error(
            "You must specify either TemplateBody, TemplateURL or UsePreviousTemplate, not several."));
    }
    if (current == nullptr) {
        return std::unexpected(
            validation_error("UsePreviousTemplate is only valid for a stack that exists."));
    }
    return current->header.blueprint.template_body;
}

aws::Outcome<void> check_capabilities(const SubmissionRequest& request,
                                      const RequiredCapabilities& required) {
    if (covers(request.capabilities, required)) return {};
    return std::unexpected(api::cloudformation::insufficient_capabilities_exception(
        fmt::format("Requires capabilities : [{}]", fmt::join(required.capabilities, ", "))));
}

void warn_of_other_types(const StackHeader& header, const std::vector<ParameterDeclaration>& parameters) {
    for (const ParameterDeclaration& parameter : parameters) {
        if (!is_other(parameter.type)) continue;
        log(LogLevel::kWarn, "a parameter is taken for plain text: its type is not offered",
            {{"stack", header.name}, {"parameter", parameter.name}, {"type", parameter.type_name}});
    }
}

struct Processed {
    Template made;
    std::string body;
};

/// The template that the transforms make, and that it is good.
aws::Outcome<Processed> process(const Stacks& stacks, TemplateSource source,
                                const ParameterValues& parameters, const PseudoParameters& pseudo) {
    const auto make = [&]() -> Result<Processed> {
        auto applied =
            apply_transforms(std::move(source), parameters, pseudo, stacks.types().allows_unknown());
        if (!applied) return std::unexpected(applied.error());
        auto made = read_template(*applied);
        if (!made) return std::unexpected(made.error());
        if (auto valid = validate_template(*made, stacks.types()); !valid)
            return std::unexpected(valid.error());
        return Processed{std::move(*made), codec::to_json(applied->root)};
    };
    auto processed = make();
    if (!processed) return std::unexpected(template_service_error(processed.error()));
    return std::move(*processed);
}

/// The plan over the current stack, if any. What the template takes from outside shows when all is evaluated:
/// it is looked up then, and goes into the environment.
Result<Plan> plan_with_external(const Stacks& stacks, const StackHeader& header, Environment& environment,
                                const Stack* current) {
    const auto deployed = current == nullptr ? std::map<std::string, DeployedResource>()
                                             : deployed_resources(current->resources);
    const auto before = current == nullptr ? ParameterValues() : current->header.blueprint.values();
    ExternalKeys unresolved;
    environment.unresolved = &unresolved;
    auto plan = make_plan(environment, deployed, stacks.types(), before);
    environment.unresolved = nullptr;
    if (!plan || unresolved.empty()) return plan;
    auto found = look_up_external(stacks, header, unresolved);
    if (!found) return std::unexpected(found.error());
    environment.external = std::move(*found);
    return make_plan(environment, deployed, stacks.types(), before);
}

}  // namespace

aws::Outcome<std::string> require_template(std::optional<std::string> body) {
    if (body && !body->empty()) return std::move(*body);
    return std::unexpected(validation_error("Either Template URL or Template Body must be specified."));
}

aws::Outcome<TemplateSource> read_source(const Stacks& stacks, std::string_view body) {
    auto source = parse_source(body);
    if (!source) return std::unexpected(template_service_error(source.error()));
    if (auto checked = check_parameter_types(source->parameters, stacks.types()); !checked)
        return std::unexpected(template_service_error(checked.error()));
    return std::move(*source);
}

aws::Outcome<std::optional<std::string>> given_stack_policy(std::optional<std::string> body,
                                                            const std::optional<std::string>& url) {
    if (url) return std::unexpected(not_offered("A StackPolicyURL"));
    if (!body) return std::nullopt;
    if (auto checked = check_stack_policy(*body); !checked) {
        return std::unexpected(template_service_error(checked.error()));
    }
    return body;
}

aws::Outcome<void> check_stack_name(const std::string& name) {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    const bool fits =
        !name.empty() && name.size() <= kStackNameMax && letter(name[0]) &&
        std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; });
    if (fits) return {};
    if (name.size() > kStackNameMax) {
        return std::unexpected(
            validation_error(fmt::format("1 validation error detected: Value '{}' at 'stackName' failed to "
                                         "satisfy constraint: Member must "
                                         "have length less than or equal to {}",
                                         name, kStackNameMax)));
    }
    return std::unexpected(validation_error(fmt::format(
        "1 validation error detected: Value '{}' at 'stackName' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        name)));
}

aws::Outcome<Submission> prepare(const Stacks& stacks, const StackHeader& header, const Stack* current,
                                 SubmissionRequest request) {
    Submission submission;
    Blueprint& blueprint = submission.blueprint;
    if (current != nullptr) blueprint = current->header.blueprint;

    auto body = body_of(request, current);
    if (!body) return std::unexpected(body.error());
    auto source = read_source(stacks, *body);
    if (!source) return std::unexpected(source.error());
    warn_of_other_types(header, source->parameters);
    auto given = given_parameters(request.parameters, current);
    if (!given) return std::unexpected(given.error());
    auto parameters = resolve_parameters(source->parameters, *given);
    if (!parameters) return std::unexpected(template_service_error(parameters.error()));
    blueprint.parameters = std::move(*parameters);
    auto looked_up =
        look_up(stacks.stored_parameters(), header.scope, source->parameters, blueprint.parameters);
    if (!looked_up) return std::unexpected(looked_up.error());
    blueprint.looked_up = std::move(*looked_up);
    const bool transforms = !source->transforms.empty();
    if (transforms && !request.expands_freely) {
        auto allowed = check_capabilities(request, {{std::string(kAutoExpand)}, {}});
        if (!allowed) return std::unexpected(allowed.error());
    }
    auto parsed = process(stacks, std::move(*source), blueprint.values(), pseudo_parameters(header));
    if (!parsed) return std::unexpected(parsed.error());
    blueprint.processed_body = transforms ? std::move(parsed->body) : std::string();
    auto allowed = check_capabilities(request, required_capabilities(parsed->made));
    if (!allowed) return std::unexpected(allowed.error());
    if (request.tags) {
        auto tags = checked_tags(*request.tags);
        if (!tags) return std::unexpected(tags.error());
        blueprint.tags = std::move(*tags);
    }
    blueprint.template_body = std::move(*body);
    blueprint.description = parsed->made.description;
    blueprint.hidden_parameters.clear();
    for (const ParameterDeclaration& parameter : parsed->made.parameters) {
        if (parameter.no_echo) blueprint.hidden_parameters.insert(parameter.name);
    }
    blueprint.capabilities = std::move(request.capabilities);
    if (request.role_arn) blueprint.role_arn = std::move(*request.role_arn);

    blueprint.external.clear();
    auto environment = environment_of(parsed->made, blueprint, pseudo_parameters(header));
    if (!environment) return std::unexpected(template_service_error(environment.error()));
    if (auto held = assert_rules(*environment); !held) {
        return std::unexpected(template_service_error(held.error()));
    }
    blueprint.imports.clear();
    environment->exports = importable(stacks.store(), header);
    environment->imported = &blueprint.imports;
    auto plan = plan_with_external(stacks, header, *environment, current);
    if (!plan) return std::unexpected(template_service_error(plan.error()));
    blueprint.external = std::move(environment->external);
    if (auto checked = check_export_names(plan->outputs); !checked) {
        return std::unexpected(template_service_error(checked.error()));
    }
    submission.plan = std::move(*plan);
    submission.changes_otherwise = current == nullptr || stopped_midway(current->header.status) ||
                                   submission.plan.outputs != current->header.outputs ||
                                   blueprint.tags != current->header.blueprint.tags;
    return submission;
}

}  // namespace millrace::cloudformation
