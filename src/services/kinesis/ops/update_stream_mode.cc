#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resharding.h"
#include "services/kinesis/warm_throughput.h"

namespace millrace::kinesis {

void update_stream_mode(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::UpdateStreamModeInput input,
                        aws::Reply<api::kinesis::UpdateStreamMode> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    const bool on_demand = input.stream_mode_details.stream_mode == "ON_DEMAND";
    streams.reshard(
        context.scope, *name,
        [&](const Stream& stream, Reshard& reshard, StreamOptions& options) -> aws::Outcome<void> {
            const WallTime now = streams.clock().now();
            auto switched =
                switch_mode(stream, options, on_demand, streams.state().usage(context.scope), now);
            if (!switched || !input.warm_throughput_mibps) return switched;
            return warm_to(*input.warm_throughput_mibps,
                           has_advantage(streams.accounts(), context.scope, now))(stream, reshard, options);
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
