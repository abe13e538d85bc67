#include "services/lambda/ops/source_rules.h"

#include <fmt/format.h>

#include "services/lambda/errors.h"

namespace millrace::lambda {

namespace {

constexpr int kQueueBatchSize = 10;  // by default, and the most without a window or of a FIFO queue

std::optional<std::string> find_stream_property(const Mapping& m) {
    const BatchSettings& batches = m.batches;
    if (batches.lanes != 1) return "ParallelizationFactor";
    if (batches.retries_max != -1) return "MaximumRetryAttempts";
    if (batches.record_age_max != Seconds{-1}) return "MaximumRecordAgeInSeconds";
    if (batches.tumbling_window != Seconds{0}) return "TumblingWindowInSeconds";
    if (batches.bisect) return "BisectBatchOnFunctionError";
    if (!m.failure_destination.empty()) return "DestinationConfig";
    return std::nullopt;
}

std::optional<std::string> find_batch_fault(const BatchSettings& batches, bool fifo) {
    const bool has_window = batches.window > Seconds{0};
    if (fifo && batches.batch_size > kQueueBatchSize) {
        return fmt::format("Batch size must be at most {} for FIFO queues.", kQueueBatchSize);
    }
    if (fifo && has_window) return "Batching window is not supported for FIFO queues.";
    if (batches.batch_size > kQueueBatchSize && !has_window) {
        return fmt::format(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than {}",
            kQueueBatchSize);
    }
    return std::nullopt;
}

std::optional<std::string> find_queue_fault(const Core& core, const Mapping& m) {
    if (const auto property = find_stream_property(m)) {
        return fmt::format("Unsupported {} parameter for given event source mapping type.", *property);
    }
    const auto queue = core.queues.find(m.source_arn);
    if (!queue) {
        return "Error occurred while ReceiveMessage. SQS Error Code: "
               "AWS.SimpleQueueService.NonExistentQueue. "
               "SQS Error Message: The specified queue does not exist for this wsdl version.";
    }
    if (auto fault = find_batch_fault(m.batches, queue->fifo)) return fault;
    const FunctionPtr function = core.functions.find_qualified(m.scope, m.function);
    if (function && queue->visibility_timeout < Seconds{function->timeout_seconds}) {
        return fmt::format("Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
                           queue->visibility_timeout.count(), Seconds{function->timeout_seconds}.count());
    }
    return std::nullopt;
}

std::optional<std::string> find_stream_fault(const Mapping& m) {
    if (m.concurrency_max) return "Unsupported ScalingConfig parameter for given event source mapping type.";
    // A window's state is passed on from batch to batch.
    if (m.batches.tumbling_window > Seconds{0} && m.batches.lanes > 1) {
        return "ParallelizationFactor must be 1 when TumblingWindowInSeconds is greater than 0.";
    }
    return std::nullopt;
}

}  // namespace

aws::Outcome<void> check_source_rules(const Core& core, const Mapping& mapping) {
    if (mapping.reads_queue()) {
        if (auto fault = find_queue_fault(core, mapping)) return std::unexpected(invalid_parameter(*fault));
    } else if (auto fault = find_stream_fault(mapping)) {
        return std::unexpected(invalid_parameter(*fault));
    }
    return {};
}

int default_batch_size(const Mapping& mapping) {
    return mapping.reads_queue() ? kQueueBatchSize : BatchSettings().batch_size;
}

}  // namespace millrace::lambda
