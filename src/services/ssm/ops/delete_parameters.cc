#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void delete_parameters(Parameters& parameters, const aws::RequestContext& context,
                       api::ssm::DeleteParametersRequest input,
                       aws::Reply<api::ssm::DeleteParameters> reply) {
    api::ssm::DeleteParametersResult output;
    output.deleted_parameters.emplace();
    output.invalid_parameters.emplace();
    std::vector<std::string> names;
    for (const std::string& text : input.names) {
        names.push_back(read_name(text).name);
        const bool there = parameters.find(context.scope, names.back()) != nullptr;
        (there ? output.deleted_parameters : output.invalid_parameters)->push_back(text);
    }
    if (output.deleted_parameters->empty()) return reply(std::move(output));
    parameters.remove(context.scope, std::move(names), answer_with(std::move(reply), std::move(output)));
}

}  // namespace millrace::ssm
