#include "base/units.h"
#include "services/lambda/code/unzip.h"
#include "services/lambda/ops/concurrency.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

constexpr std::int64_t kTotalCodeBytes = 75LL * 1024 * 1024 * 1024;  // AWS's default quota; not kept here

}  // namespace

void get_account_settings(Core& core, const aws::RequestContext& context,
                          api::lambda::GetAccountSettingsRequest,
                          aws::Reply<api::lambda::GetAccountSettings> reply) {
    std::int64_t code_bytes = 0;
    std::int64_t functions = 0;
    for (const FunctionPtr& function : core.functions.all()) {
        if (function->scope != context.scope) continue;
        code_bytes += function->code.size;
        functions += function->is_latest() ? 1 : 0;
    }
    for (const auto& [key, layer] : core.layers.versions.list()) {
        if (layer->scope == context.scope) code_bytes += layer->code.size;
    }
    api::lambda::GetAccountSettingsResponse output;
    output.account_limit =
        api::lambda::AccountLimit{.total_code_size = kTotalCodeBytes,
                                  .code_size_unzipped = static_cast<std::int64_t>(kUnzippedBytesMax),
                                  .code_size_zipped = static_cast<std::int64_t>(kZippedBytesMax),
                                  .concurrent_executions = static_cast<std::int32_t>(kAccountConcurrency),
                                  .unreserved_concurrent_executions =
                                      static_cast<std::int32_t>(unreserved_concurrency(core, context.scope))};
    output.account_usage =
        api::lambda::AccountUsage{.total_code_size = code_bytes, .function_count = functions};
    reply(output);
}

}  // namespace millrace::lambda
