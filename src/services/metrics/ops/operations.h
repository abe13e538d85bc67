#pragma once

#include "api/cloudwatch.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "services/metrics/metric_store.h"

namespace millrace::metrics {

// One operation a file: ops/<operation>.cc. Inputs are validated against the model; `store` outlives the
// call. Behaviour follows the Amazon CloudWatch API Reference.

template <class Op>
using Operation = aws::OperationOn<MetricStore, Op>;

Operation<api::cloudwatch::GetMetricData> get_metric_data;
Operation<api::cloudwatch::GetMetricStatistics> get_metric_statistics;
Operation<api::cloudwatch::ListMetrics> list_metrics;
Operation<api::cloudwatch::PutMetricData> put_metric_data;

}  // namespace millrace::metrics
