#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "base/shared_bytes.h"

namespace millrace::aws {

// Answers that go on: an operation whose model has events answers with a source of them. Source and sink live
// on the home executor of the service, and call each other there.

/// Where a source's events go: to one client.
class EventSink {
  public:
    virtual ~EventSink() = default;
    /// Frames as event_frame() and exception_frame() make them. Several clients may be given the same bytes.
    virtual void send(SharedBytes frames) = 0;
    /// The client does not take what it was sent: hold back until EventSource::ready(). What is sent all the
    /// same is kept in memory.
    [[nodiscard]] virtual bool full() const = 0;
    /// No more events. The source is destroyed some time later, not in this call.
    virtual void end() = 0;
};

/// Destroyed when its stream has ended, from whichever side.
class EventSource {
  public:
    virtual ~EventSource() = default;
    /// Once, in a task of its own; the sink outlives the source. Events may be sent from now on.
    virtual void open(EventSink& sink) = 0;
    /// The sink was full() and has room again.
    virtual void ready() = 0;
};

/// Answers a call whose answer has events, exactly once. The source is not nullptr.
using EventReply = std::move_only_function<void(Outcome<std::unique_ptr<EventSource>>)>;

/// The first message of every stream: what the operation answers besides events, in the protocol's form.
[[nodiscard]] std::string initial_response_frame(Protocol protocol, const OperationModel& operation,
                                                 const void* output);

/// One event. `event` is of model.shape's type. Protocol: JSON or CBOR.
[[nodiscard]] std::string event_frame(Protocol protocol, const EventModel& model, const void* event);

/// What ends a stream early.
[[nodiscard]] std::string exception_frame(Protocol protocol, const ServiceError& error);

}  // namespace millrace::aws
