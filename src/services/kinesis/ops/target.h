#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/context.h"
#include "aws/error.h"
#include "aws/model/nothing.h"
#include "services/kinesis/state.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// How an operation names its stream.
struct Target {
    std::optional<std::string> name;
    std::optional<std::string> arn;
    std::optional<std::string> stream_id;  ///< AWS reserves it and refuses it
};

template <class Input>
[[nodiscard]] Target target_of(const Input& input) {
    Target target{.arn = input.stream_arn, .stream_id = input.stream_id};
    if constexpr (requires { input.stream_name; }) target.name = input.stream_name;
    return target;
}

/// The name meant. Errors: InvalidArgumentException when none is given or name and ARN disagree;
/// ResourceNotFoundException for an ARN outside the caller's account and region.
[[nodiscard]] aws::Outcome<std::string> resolve_name(const aws::Scope& scope, const Target& target);

/// The stream, in any state.
[[nodiscard]] aws::Outcome<const Stream*> resolve(const State& state, const aws::Scope& scope,
                                                  const Target& target);

/// The stream to write to or read from: one that is still being created is not there yet, one that is being
/// deleted is not there any more.
[[nodiscard]] aws::Outcome<const Stream*> resolve_usable(const State& state, const aws::Scope& scope,
                                                         const Target& target);

/// The number of the shard that the text names. ResourceNotFoundException for what cannot be a name.
[[nodiscard]] aws::Outcome<std::uint32_t> resolve_shard_index(const aws::Scope& scope,
                                                              std::string_view stream, std::string_view text);
/// The stream's shard. ResourceNotFoundException.
[[nodiscard]] aws::Outcome<const Shard*> resolve_shard(const Stream& stream, std::string_view text);

/// For operations without output.
[[nodiscard]] Streams::Done answer_nothing(std::move_only_function<void(aws::Outcome<aws::Nothing>)> reply);

}  // namespace millrace::kinesis
