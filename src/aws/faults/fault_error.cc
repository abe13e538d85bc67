#include "aws/faults/fault_error.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "aws/common_errors.h"

namespace millrace::aws {
namespace {

/// Kinesis's data plane, whose limits are those of shards.
constexpr std::array<std::string_view, 5> kDataOperations{"GetRecords", "GetShardIterator", "PutRecord",
                                                          "PutRecords", "SubscribeToShard"};

constexpr int kTooManyRequests = 429;

ServiceError kinesis_throttling(const OperationModel& operation, const RequestContext& context,
                                std::string_view stream) {
    if (operation.name == "SubscribeToShard") {
        return {.code = "LimitExceededException",
                .message = fmt::format("Rate exceeded for consumer of stream {} under account {}.", stream,
                                       context.scope.account)};
    }
    if (std::ranges::find(kDataOperations, operation.name) != kDataOperations.end()) {
        return {.code = "ProvisionedThroughputExceededException",
                .message = fmt::format("Rate exceeded for stream {} under account {}.", stream,
                                       context.scope.account)};
    }
    return {.code = "LimitExceededException",
            .message =
                fmt::format("Rate exceeded for {} under account {}.", operation.name, context.scope.account)};
}

ServiceError throttling(const OperationModel& operation, const RequestContext& context,
                        std::string_view resource) {
    const std::string_view service = operation.service->name;
    if (service == "kinesis") return kinesis_throttling(operation, context, resource);
    if (service == "sqs") {
        return {.code = "RequestThrottled",
                .message = "The request was denied due to request throttling.",
                .http_status = 403,
                .query_code = "RequestThrottled"};
    }
    if (service == "lambda") {
        return {
            .code = "TooManyRequestsException", .message = "Rate Exceeded.", .http_status = kTooManyRequests};
    }
    return throttling_exception();
}

}  // namespace

ServiceError fault_error(FaultEffect effect, const OperationModel& operation, const RequestContext& context,
                         std::string_view resource) {
    const bool throttles = effect == FaultEffect::kThrottle || effect == FaultEffect::kThrottleEntries;
    if (throttles) return throttling(operation, context, resource);
    if (effect == FaultEffect::kUnavailable)
        return service_unavailable("Service is unable to handle request.");
    return internal_failure(effect == FaultEffect::kFailEntries ? "Internal service failure."
                                                                : internal_failure().message);
}

}  // namespace millrace::aws
