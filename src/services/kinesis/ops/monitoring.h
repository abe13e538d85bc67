#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "api/kinesis.h"
#include "aws/operation.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

/// EnableEnhancedMonitoring and DisableEnhancedMonitoring: alters the stream's metrics, and answers those
/// before and after.
using AlterMetrics = std::move_only_function<void(std::set<std::string>&)>;
void change_metrics(
    Streams& streams, const aws::RequestContext& context, const Target& target, AlterMetrics alter,
    std::move_only_function<void(aws::Outcome<api::kinesis::EnhancedMonitoringOutput>)> reply);

}  // namespace millrace::kinesis
