#include "services/kinesis/errors.h"

#include <fmt/format.h>
#include <utility>

#include "api/kinesis.h"

namespace millrace::kinesis {

aws::ServiceError invalid_argument(std::string message) {
    return api::kinesis::invalid_argument_exception(std::move(message));
}

aws::ServiceError stream_not_found(const aws::Scope& scope, std::string_view name) {
    return api::kinesis::resource_not_found_exception(
        fmt::format("Stream {} under account {} not found.", name, scope.account));
}

aws::ServiceError stream_exists(const aws::Scope& scope, std::string_view name) {
    return api::kinesis::resource_in_use_exception(
        fmt::format("Stream {} under account {} already exists.", name, scope.account));
}

aws::ServiceError stream_not_active(const aws::Scope& scope, std::string_view name, StreamStatus status) {
    return api::kinesis::resource_in_use_exception(
        fmt::format("Stream {} under account {} not ACTIVE, instead in state {}", name, scope.account,
                    to_string(status)));
}

aws::ServiceError shard_not_found(const aws::Scope& scope, std::string_view stream, std::uint32_t shard) {
    return api::kinesis::resource_not_found_exception(fmt::format(
        "Shard {} in stream {} under account {} does not exist", shard_name(shard), stream, scope.account));
}

aws::ServiceError could_not_find_shard(const aws::Scope& scope, std::string_view stream,
                                       std::string_view shard) {
    return api::kinesis::resource_not_found_exception(
        fmt::format("Could not find shard {} in stream {} under account {}.", shard, stream, scope.account));
}

aws::ServiceError shard_limit_exceeded(const aws::Scope& scope, std::size_t open, std::size_t limit,
                                       std::size_t more) {
    return api::kinesis::limit_exceeded_exception(fmt::format(
        "This request would exceed the shard limit for the account {} in {}. Current shard count for the "
        "account: {}. Limit: {}. Number of additional shards that would have resulted from this request: {}. "
        "Refer to the AWS Service Limits page "
        "(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how "
        "to "
        "request higher limits.",
        scope.account, scope.region, open, limit, more));
}

aws::ServiceError on_demand_limit_exceeded(const aws::Scope& scope, std::size_t count, std::size_t limit) {
    return api::kinesis::limit_exceeded_exception(fmt::format(
        "This request would exceed the limit on the number of On-Demand streams for the account {} in {}. "
        "Current On-Demand streams count: {}. Limit: {}.",
        scope.account, scope.region, count, limit));
}

aws::ServiceError consumer_not_found(const aws::Scope& scope, std::string_view what) {
    return api::kinesis::resource_not_found_exception(
        fmt::format("Consumer {}, account {} not found.", what, scope.account));
}

aws::ServiceError consumer_exists(const Stream& stream, std::string_view name) {
    return api::kinesis::resource_in_use_exception(
        fmt::format("Consumer {} under stream {} already exists for account {}.", name,
                    stream_arn(stream.scope, stream.name), stream.scope.account));
}

aws::ServiceError consumer_not_active(const Consumer& consumer) {
    return api::kinesis::resource_in_use_exception(fmt::format(
        "Consumer {} with creation timestamp {} under stream: {} , account {} is not in ACTIVE status.",
        consumer.name, to_millis(consumer.created) / 1000, consumer.stream, consumer.scope.account));
}

aws::ServiceError consumer_limit_exceeded(const Stream& stream, std::size_t limit) {
    return api::kinesis::limit_exceeded_exception(
        fmt::format("This request would exceed the limit of {} consumers of stream {} under account {}.",
                    limit, stream.name, stream.scope.account));
}

aws::ServiceError subscription_exists(const Consumer& consumer, const Shard& shard) {
    return api::kinesis::resource_in_use_exception(
        fmt::format("Another active subscription exists for this consumer: {}:{}:{}:{}",
                    consumer.scope.account, consumer.stream, shard_name(shard.index), consumer.name));
}

aws::ServiceError consumers_in_use(const Stream& stream) {
    const std::string arn = stream_arn(stream.scope, stream.name);
    return api::kinesis::resource_in_use_exception(
        fmt::format("DeleteStream can't delete {} because there are consumers associated with this data "
                    "stream. To delete "
                    "{} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of "
                    "all the consumers "
                    "that are associated with it.",
                    arn, stream.name));
}

aws::ServiceError policy_not_found(std::string_view arn) {
    return api::kinesis::resource_not_found_exception(
        fmt::format("No resource policy found for resource ARN {}.", arn));
}

aws::ServiceError shard_rate_exceeded(const Stream& stream, std::uint32_t shard) {
    return api::kinesis::provisioned_throughput_exceeded_exception(
        fmt::format("Rate exceeded for shard {} in stream {} under account {}.", shard_name(shard),
                    stream.name, stream.scope.account));
}

aws::ServiceError call_rate_exceeded(const aws::Scope& scope, std::string_view stream) {
    if (stream.empty()) {
        return api::kinesis::limit_exceeded_exception(
            fmt::format("Rate exceeded for account {}.", scope.account));
    }
    return api::kinesis::limit_exceeded_exception(
        fmt::format("Rate exceeded for stream {} under account {}.", stream, scope.account));
}

aws::ServiceError dry_run_passed() {
    return api::kinesis::dry_run_operation_exception("Request would have succeeded, but DryRun flag is set.");
}

aws::ServiceError not_offered(std::string_view option) {
    return invalid_argument(fmt::format("{} is not offered by Millrace.", option));
}

}  // namespace millrace::kinesis
