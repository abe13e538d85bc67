#include <utility>

#include "services/kinesis/ops/monitoring.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/options.h"

namespace millrace::kinesis {

void disable_enhanced_monitoring(Streams& streams, const aws::RequestContext& context,
                                 api::kinesis::DisableEnhancedMonitoringInput input,
                                 aws::Reply<api::kinesis::DisableEnhancedMonitoring> reply) {
    change_metrics(
        streams, context, target_of(input),
        [named = shard_metrics(input.shard_level_metrics)](std::set<std::string>& metrics) mutable {
            std::erase_if(metrics, [&](const std::string& metric) { return named.contains(metric); });
        },
        std::move(reply));
}

}  // namespace millrace::kinesis
