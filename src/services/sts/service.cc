#include "services/sts/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/sts/ops/operations.h"

namespace millrace::sts {

void Service::register_operations(aws::Registry& registry) {
    const auto add = [&]<class Op>(void (*operation)(const Dependencies&, const aws::RequestContext&,
                                                     typename Op::Input, aws::Reply<Op>)) {
        registry.add<Op>([this, operation](const aws::RequestContext& context, typename Op::Input input,
                                           aws::Reply<Op> reply) {
            operation(dependencies_, context, std::move(input), std::move(reply));
        });
    };
    add.operator()<api::sts::AssumeRole>(assume_role);
    add.operator()<api::sts::GetCallerIdentity>(get_caller_identity);
    add.operator()<api::sts::GetSessionToken>(get_session_token);
}

}  // namespace millrace::sts
