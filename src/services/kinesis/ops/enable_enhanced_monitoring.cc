#include <utility>

#include "services/kinesis/ops/monitoring.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/options.h"

namespace millrace::kinesis {

void enable_enhanced_monitoring(Streams& streams, const aws::RequestContext& context,
                                api::kinesis::EnableEnhancedMonitoringInput input,
                                aws::Reply<api::kinesis::EnableEnhancedMonitoring> reply) {
    change_metrics(
        streams, context, target_of(input),
        [named = shard_metrics(input.shard_level_metrics)](std::set<std::string>& metrics) mutable {
            metrics.merge(std::move(named));
        },
        std::move(reply));
}

}  // namespace millrace::kinesis
