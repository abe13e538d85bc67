#pragma once

#include "aws/context.h"
#include "aws/event_stream.h"
#include "aws/model/service_model.h"
#include "aws/operation.h"
#include "base/executor.h"

namespace millrace::aws {

/// Turns a source of events into the stream that a registered operation answers: its frames behind the
/// initial response, in the request's protocol. The executor is the source's home, and outlives it.
[[nodiscard]] EventReply answer_with_events(const RequestContext& context, const OperationModel& model,
                                            Executor& executor, StreamReply reply);

}  // namespace millrace::aws
