#pragma once

#include <optional>
#include <string>

#include "api/kinesis.h"
#include "aws/context.h"
#include "aws/error.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// How an operation names a consumer: by its ARN, by its stream's ARN and its name, or by all three.
struct ConsumerTarget {
    std::optional<std::string> consumer_arn;
    std::optional<std::string> stream_arn;
    std::optional<std::string> name;
    std::optional<std::string> stream_id;  ///< AWS reserves it and refuses it
};

template <class Input>
[[nodiscard]] ConsumerTarget consumer_target_of(const Input& input) {
    return {.consumer_arn = input.consumer_arn,
            .stream_arn = input.stream_arn,
            .name = input.consumer_name,
            .stream_id = input.stream_id};
}

/// The consumer, in any state. Errors: InvalidArgumentException when too little is given or the parts
/// disagree, ResourceNotFoundException also for what is outside the caller's account and region.
[[nodiscard]] aws::Outcome<const Consumer*> resolve_consumer(Streams& streams, const aws::Scope& scope,
                                                             const ConsumerTarget& target);

[[nodiscard]] api::kinesis::Consumer describe_consumer(const Consumer& consumer);

}  // namespace millrace::kinesis
