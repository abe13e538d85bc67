#include "services/lambda/ops/failure_destination.h"

#include <fmt/format.h>

#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"
#include "services/lambda/mappings/failure_object.h"
#include "services/lambda/ops/given.h"

namespace millrace::lambda {

namespace {

aws::Outcome<std::string> bucket_destination(const Core& core, const aws::Scope& scope,
                                             const std::string& arn) {
    if (core.object_sink.has_bucket(scope, std::string(bucket_of_arn(arn)))) return arn;
    return std::unexpected(
        invalid_parameter(fmt::format("The destination ARN {} is invalid: there is no such bucket.", arn)));
}

}  // namespace

aws::Outcome<std::string> failure_destination(const Core& core, const aws::Scope& scope,
                                              const api::lambda::DestinationConfig& config) {
    if (config.on_success && any(config.on_success->destination)) {
        return std::unexpected(
            invalid_parameter("Unsupported destination config: OnSuccess is not supported for event source "
                              "mappings."));
    }
    if (!config.on_failure || !any(config.on_failure->destination)) return std::string();
    const std::string& arn = *config.on_failure->destination;
    if (arn.starts_with("kafka://")) return std::unexpected(not_offered("A failure destination in Kafka"));
    const std::string_view service = arn_part(arn, 2);
    if (service == "sns") return std::unexpected(not_offered("A failure destination in SNS"));
    if (service == "s3") return bucket_destination(core, scope, arn);
    const bool fifo = arn.ends_with(".fifo");
    if (service != "sqs" || fifo) {
        return std::unexpected(invalid_parameter(
            fmt::format("The destination ARN {} is invalid: it must be a standard SQS queue, a standard SNS "
                        "topic or an S3 bucket.",
                        arn)));
    }
    if (!core.queues.find(arn)) {
        return std::unexpected(invalid_parameter(
            fmt::format("The destination ARN {} is invalid: there is no such queue.", arn)));
    }
    return arn;
}

}  // namespace millrace::lambda
