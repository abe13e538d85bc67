#include "services/sts/ops/operations.h"

namespace millrace::sts {

void get_caller_identity(const Dependencies& /*dependencies*/, const aws::RequestContext& context,
                         api::sts::GetCallerIdentityRequest /*input*/,
                         aws::Reply<api::sts::GetCallerIdentity> reply) {
    const std::string& account = context.scope.account;
    reply(api::sts::GetCallerIdentityResponse{
        .user_id = account, .account = account, .arn = "arn:aws:iam::" + account + ":root"});
}

}  // namespace millrace::sts
