#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "aws/context.h"
#include "aws/error.h"
#include "aws/stream_answer.h"
#include "http/response_stream.h"

namespace millrace::aws {

/// Answers a call, exactly once, at once or later, on the service's home executor. Dropping it without a call
/// answers InternalFailure and is a mistake.
template <class Op>
using Reply = std::move_only_function<void(Outcome<typename Op::Output>)>;

/// How operations are written: functions that work on their service's state. The input is validated against
/// the model; the state outlives the call.
template <class State, class Op>
using OperationOn = void(State& state, const RequestContext& context, typename Op::Input input,
                         Reply<Op> reply);

/// The same for an operation whose output is an event stream. The stream carries whole frames
/// ("application/vnd.amazon.eventstream"), of which the first is the initial response where the protocol has
/// one; it is made with http::StreamWriter::make(), used on the home executor, and may be written to before
/// and after this call. Errors before the first frame are answered here, later ones are frames.
using StreamReply = std::move_only_function<void(Outcome<StreamAnswer>)>;

/// An output whose body is not in it.
template <class Op>
struct WithBody {
    typename Op::Output output;
    /// Of exactly `length` bytes; nothing for the answer to a HEAD, which only tells the length.
    std::optional<http::StreamReader> stream = std::nullopt;
    std::uint64_t length = 0;
    int status = 0;  ///< instead of the model's: 206 for a part
};

/// The same for such an operation. The stream is written to on the home executor, before and after this call;
/// to end it early is to break the connection off.
template <class Op>
using BodyReply = std::move_only_function<void(Outcome<WithBody<Op>>)>;

}  // namespace millrace::aws
