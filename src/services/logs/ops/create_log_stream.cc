#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void create_log_stream(Groups& groups, const aws::RequestContext& context,
                       api::logs::CreateLogStreamRequest input,
                       aws::Reply<api::logs::CreateLogStream> reply) {
    groups.create_stream({context.scope, std::move(input.log_group_name), std::move(input.log_stream_name)},
                         answer_with(std::move(reply)));
}

}  // namespace millrace::logs
