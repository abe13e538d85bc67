#include "services/ssm/errors.h"
#include "services/ssm/ops/describe.h"
#include "services/ssm/ops/operations.h"

namespace millrace::ssm {

void delete_parameter(Parameters& parameters, const aws::RequestContext& context,
                      api::ssm::DeleteParameterRequest input, aws::Reply<api::ssm::DeleteParameter> reply) {
    parameters.remove(context.scope, {read_name(input.name).name},
                      answer_with(std::move(reply), api::ssm::DeleteParameterResult{}));
}

}  // namespace millrace::ssm
