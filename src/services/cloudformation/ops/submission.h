#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cloudformation.h"
#include "services/cloudformation/stacks.h"
#include "services/cloudformation/template/source.h"

namespace millrace::cloudformation {

/// What CreateStack, UpdateStack and CreateChangeSet have in common.
struct SubmissionRequest {
    std::optional<std::string> template_body;  ///< also one that a URL named
    std::optional<std::string> template_url;
    bool use_previous_template = false;
    std::vector<api::cloudformation::Parameter> parameters;
    std::vector<std::string> capabilities;
    std::optional<std::vector<api::cloudformation::Tag>> tags;
    std::optional<std::string> role_arn;
    bool expands_freely = false;  ///< a change set: what transforms make is looked at before it is executed
};

/// A request that holds together, and what it would do.
struct Submission {
    Blueprint blueprint;
    Plan plan;
    bool changes_otherwise = false;  ///< outputs or tags change, or there is no stack yet

    [[nodiscard]] bool changes_anything() const { return changes_otherwise || !plan.changes.empty(); }
};

/// Checks everything that can be wrong before anything is touched: template, parameters, capabilities.
/// `current` is the stack to be updated, nullptr for a creation; `header` that of the stack to be.
[[nodiscard]] aws::Outcome<Submission> prepare(const Stacks& stacks, const StackHeader& header,
                                               const Stack* current, SubmissionRequest request);

/// The body of a template given in a request, which template_fetch.h has looked at: it must be there.
[[nodiscard]] aws::Outcome<std::string> require_template(std::optional<std::string> body);

/// The template before its transforms; its parameters' types are on offer, or others allowed.
[[nodiscard]] aws::Outcome<TemplateSource> read_source(const Stacks& stacks, std::string_view body);

/// The stack policy given in a request, if any: a body that is one.
[[nodiscard]] aws::Outcome<std::optional<std::string>> given_stack_policy(
    std::optional<std::string> body, const std::optional<std::string>& url);

/// A name for a new stack.
[[nodiscard]] aws::Outcome<void> check_stack_name(const std::string& name);

/// Whether a failure is to be left as it is. Of a DeploymentConfig that is all there is to honour: its mode
/// EXPRESS does not wait until what was made is ready to serve, and here it is ready when it is made.
template <class Input>
[[nodiscard]] bool disables_rollback(const Input& input) {
    const bool configured =
        input.deployment_config && input.deployment_config->disable_rollback.value_or(false);
    if constexpr (requires { input.disable_rollback; })
        return configured || input.disable_rollback.value_or(false);
    return configured;
}

/// Members that AWS has and Millrace cannot honour are refused rather than ignored.
template <class Input>
[[nodiscard]] std::optional<std::string_view> unhonoured_member(const Input& input) {
    if (input.resource_types && !input.resource_types->empty()) return "ResourceTypes";
    if (input.notification_arns && !input.notification_arns->empty()) return "NotificationARNs";
    if (input.disable_validation.value_or(false)) return "DisableValidation";
    if (!input.rollback_configuration) return std::nullopt;
    const auto& rollback = *input.rollback_configuration;
    if (rollback.rollback_triggers && !rollback.rollback_triggers->empty()) return "RollbackTriggers";
    if (rollback.monitoring_time_in_minutes.value_or(0) > 0) return "MonitoringTimeInMinutes";
    return std::nullopt;
}

template <class Input>
[[nodiscard]] SubmissionRequest submission_request(Input& input) {
    SubmissionRequest request;
    request.template_body = std::move(input.template_body);
    request.template_url = std::move(input.template_url);
    if constexpr (requires { input.use_previous_template; }) {
        request.use_previous_template = input.use_previous_template.value_or(false);
    }
    if (input.parameters) request.parameters = std::move(*input.parameters);
    if (input.capabilities) request.capabilities = std::move(*input.capabilities);
    request.tags = std::move(input.tags);
    request.role_arn = std::move(input.role_arn);
    return request;
}

}  // namespace millrace::cloudformation
