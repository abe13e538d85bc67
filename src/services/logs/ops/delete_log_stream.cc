#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {

void delete_log_stream(Groups& groups, const aws::RequestContext& context,
                       api::logs::DeleteLogStreamRequest input,
                       aws::Reply<api::logs::DeleteLogStream> reply) {
    groups.delete_stream({context.scope, std::move(input.log_group_name), std::move(input.log_stream_name)},
                         answer_with(std::move(reply)));
}

}  // namespace millrace::logs
