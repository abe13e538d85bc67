#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// For operations that take a ResourceARN: of a stream, or of a consumer of one.

struct ResourceTarget {
    std::string arn;
    std::optional<std::string> stream_id;  ///< AWS reserves it and refuses it
};

template <class Input>
[[nodiscard]] ResourceTarget resource_target_of(const Input& input) {
    return {.arn = input.resource_arn, .stream_id = input.stream_id};
}

struct Resource {
    const Stream* stream = nullptr;
    const Consumer* consumer = nullptr;  ///< when it is one
};

/// In any state. Errors: InvalidArgumentException, ResourceNotFoundException also for what is outside the
/// caller's account and region.
[[nodiscard]] aws::Outcome<Resource> resolve_resource(Streams& streams, const aws::Scope& scope,
                                                      const ResourceTarget& target);

/// What streams and consumers have alike.
struct ResourceSettings {
    std::string_view kind;  ///< "stream" or "consumer"
    std::string_view name;
    Tags& tags;
    std::optional<std::string>& policy;
};
/// Refuses, or alters the tags or the policy in place.
using ChangeSettings = std::move_only_function<aws::Outcome<void>(const ResourceSettings&)>;

/// Errors: those of resolve_resource(), ResourceInUseException while the resource is not ACTIVE, and what
/// `change` says.
void change_resource(Streams& streams, const aws::Scope& scope, const ResourceTarget& target,
                     ChangeSettings change, Streams::Done done);

}  // namespace millrace::kinesis
