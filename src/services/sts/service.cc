#include "services/sts/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/sts/ops/operations.h"

namespace millrace::sts {

void Service::register_operations(aws::Registry& registry) {
    const Dependencies& dependencies = dependencies_;
    registry.add<api::sts::AssumeRole>(dependencies, assume_role);
    registry.add<api::sts::GetCallerIdentity>(dependencies, get_caller_identity);
    registry.add<api::sts::GetSessionToken>(dependencies, get_session_token);
}

}  // namespace millrace::sts
