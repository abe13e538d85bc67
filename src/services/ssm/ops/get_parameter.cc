#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void get_parameter(Parameters& parameters, const aws::RequestContext& context,
                   api::ssm::GetParameterRequest input, aws::Reply<api::ssm::GetParameter> reply) {
    const NamedParameter named = read_name(input.name);
    const auto found = require(parameters, context.scope, named);
    if (!found) return reply(std::unexpected(found.error()));
    reply(api::ssm::GetParameterResult{.parameter = describe(**found, named.selector)});
}

}  // namespace millrace::ssm
