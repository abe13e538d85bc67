#include "services/sts/credentials.h"
#include "services/sts/errors.h"
#include "services/sts/ops/operations.h"
#include "services/sts/ops/unhonoured.h"

namespace millrace::sts {

void get_session_token(const Dependencies& dependencies, const aws::RequestContext& context,
                       api::sts::GetSessionTokenRequest input, aws::Reply<api::sts::GetSessionToken> reply) {
    constexpr std::int32_t kSecondsDefault = 43'200;
    if (const auto member = unhonoured_in_both(input)) return reply(std::unexpected(not_offered(*member)));
    const std::int32_t seconds = input.duration_seconds.value_or(kSecondsDefault);
    reply(api::sts::GetSessionTokenResponse{
        .credentials = make_credentials(dependencies, context.scope.account, seconds)});
}

}  // namespace millrace::sts
