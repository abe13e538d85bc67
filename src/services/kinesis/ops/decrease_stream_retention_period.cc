#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/options.h"

namespace millrace::kinesis {

void decrease_stream_retention_period(Streams& streams, const aws::RequestContext& context,
                                      api::kinesis::DecreaseStreamRetentionPeriodInput input,
                                      aws::Reply<api::kinesis::DecreaseStreamRetentionPeriod> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) {
            return decrease_retention(options, *name, input.retention_period_hours);
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
