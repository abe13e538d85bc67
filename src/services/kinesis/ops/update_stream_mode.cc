#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resharding.h"

namespace millrace::kinesis {

void update_stream_mode(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::UpdateStreamModeInput input,
                        aws::Reply<api::kinesis::UpdateStreamMode> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (input.warm_throughput_mibps) return reply(std::unexpected(not_offered("WarmThroughputMiBps")));
    const bool on_demand = input.stream_mode_details.stream_mode == "ON_DEMAND";
    streams.reshard(
        context.scope, *name,
        [&](const Stream& stream, Reshard&, StreamOptions& options) {
            return switch_mode(stream, options, on_demand, streams.state().usage(context.scope),
                               streams.clock().now());
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
