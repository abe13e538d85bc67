#include "services/ssm/errors.h"
#include "services/ssm/filters.h"
#include "services/ssm/limits.h"
#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {
namespace {

api::ssm::ParameterMetadata metadata_of(const Parameter& parameter) {
    api::ssm::ParameterMetadata shown;
    shown.name = parameter.name;
    shown.arn = parameter.arn();
    shown.type = parameter.type;
    shown.last_modified_date = parameter.modified;
    shown.last_modified_user = "arn:aws:iam::" + parameter.scope.account + ":root";
    if (!parameter.description.empty()) shown.description = parameter.description;
    if (!parameter.allowed_pattern.empty()) shown.allowed_pattern = parameter.allowed_pattern;
    shown.version = parameter.version;
    shown.tier = parameter.tier;
    shown.policies.emplace();
    shown.data_type = "text";
    return shown;
}

/// The older member says the same with fewer words.
aws::Outcome<std::vector<api::ssm::ParameterStringFilter>> filters_of(
    api::ssm::DescribeParametersRequest& input) {
    if (input.filters && input.parameter_filters) {
        return std::unexpected(
            validation_exception("You can use either Filters or ParameterFilters in a single request."));
    }
    if (input.parameter_filters) return std::move(*input.parameter_filters);
    std::vector<api::ssm::ParameterStringFilter> filters;
    if (!input.filters) return filters;
    for (const api::ssm::ParametersFilter& filter : *input.filters) {
        api::ssm::ParameterStringFilter same;
        same.key = filter.key;
        if (filter.key == "Name") same.option = "BeginsWith";
        same.values = filter.values;
        filters.push_back(std::move(same));
    }
    return filters;
}

}  // namespace

void describe_parameters(Parameters& parameters, const aws::RequestContext& context,
                         api::ssm::DescribeParametersRequest input,
                         aws::Reply<api::ssm::DescribeParameters> reply) {
    auto wanted = filters_of(input);
    if (!wanted) return reply(std::unexpected(std::move(wanted.error())));
    const auto filters = Filters::make(std::move(*wanted));
    if (!filters) return reply(std::unexpected(filters.error()));
    const auto limit = static_cast<std::size_t>(
        input.max_results.value_or(static_cast<std::int32_t>(kPageOfDescriptionsDefault)));
    // Nobody shares parameters here: of what others share, there is none.
    const bool own = !input.shared.value_or(false);
    Page page = take_page(parameters.of(context.scope), input.next_token, limit,
                          [&](const Parameter& parameter) { return own && filters->hold_for(parameter); });
    api::ssm::DescribeParametersResult output;
    output.parameters.emplace();
    for (const Parameter* parameter : page.items) output.parameters->push_back(metadata_of(*parameter));
    output.next_token = std::move(page.next);
    reply(std::move(output));
}

}  // namespace millrace::ssm
