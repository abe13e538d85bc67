#include <algorithm>
#include <fmt/format.h>

#include "services/ssm/errors.h"
#include "services/ssm/filters.h"
#include "services/ssm/limits.h"
#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void get_parameters_by_path(Parameters& parameters, const aws::RequestContext& context,
                            api::ssm::GetParametersByPathRequest input,
                            aws::Reply<api::ssm::GetParametersByPath> reply) {
    if (auto good = check_path(input.path); !good) return reply(std::unexpected(std::move(good.error())));
    for (const auto& filter :
         input.parameter_filters.value_or(std::vector<api::ssm::ParameterStringFilter>())) {
        if (filter.key == "Type" || filter.key == "KeyId" || filter.key == "Label") continue;
        return reply(std::unexpected(api::ssm::invalid_filter_key(fmt::format(
            "The following filter key is not valid: {}. Valid filter keys include: [Type, KeyId].",
            filter.key))));
    }
    const auto filters = Filters::make(std::move(input.parameter_filters));
    if (!filters) return reply(std::unexpected(filters.error()));
    const auto limit =
        static_cast<std::size_t>(input.max_results.value_or(static_cast<std::int32_t>(kPageOfPathDefault)));
    const bool recursive = input.recursive.value_or(false);
    Page page =
        take_page(parameters.of(context.scope), input.next_token, limit, [&](const Parameter& parameter) {
            return is_below(input.path, recursive, parameter.name) && filters->hold_for(parameter);
        });
    api::ssm::GetParametersByPathResult output;
    output.parameters.emplace();
    for (const Parameter* parameter : page.items) output.parameters->push_back(describe(*parameter));
    output.next_token = std::move(page.next);
    reply(std::move(output));
}

}  // namespace millrace::ssm
