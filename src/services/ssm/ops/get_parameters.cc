#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void get_parameters(Parameters& parameters, const aws::RequestContext& context,
                    api::ssm::GetParametersRequest input, aws::Reply<api::ssm::GetParameters> reply) {
    api::ssm::GetParametersResult output;
    output.parameters.emplace();
    output.invalid_parameters.emplace();
    for (const std::string& text : input.names) {
        const NamedParameter named = read_name(text);
        const auto found = require(parameters, context.scope, named);
        if (found)
            output.parameters->push_back(describe(**found, named.selector));
        else
            output.invalid_parameters->push_back(text);
    }
    reply(std::move(output));
}

}  // namespace millrace::ssm
