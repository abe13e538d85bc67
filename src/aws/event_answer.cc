#include "aws/event_answer.h"

#include <memory>
#include <optional>
#include <utility>

#include "aws/model/instance.h"

namespace millrace::aws {

namespace {

/// A source and the stream that it fills. Held by the stream's callbacks, for as long as somebody takes from
/// it.
class EventAnswer final : public EventSink, public std::enable_shared_from_this<EventAnswer> {
  public:
    EventAnswer(std::unique_ptr<EventSource> source, Executor& executor)
        : source_(std::move(source)), executor_(executor) {}
    EventAnswer(const EventAnswer&) = delete;
    EventAnswer& operator=(const EventAnswer&) = delete;
    ~EventAnswer() override { source_.reset(); }

    void begin(std::string initial_response, StreamReply reply) {
        auto [writer, reader] =
            http::StreamWriter::make({.on_ready = [self = shared_from_this()] { self->source_->ready(); },
                                      .on_gone = [self = shared_from_this()] { self->let_go(); }});
        writer_.emplace(std::move(writer));
        writer_->write(SharedBytes(std::move(initial_response)));
        reply(std::move(reader));
        source_->open(*this);
    }

    void send(SharedBytes frames) override {
        if (writer_) writer_->write(std::move(frames));
    }
    [[nodiscard]] bool full() const override { return writer_ && writer_->full(); }
    void end() override {
        let_go();
        if (auto writer = std::exchange(writer_, std::nullopt)) writer->finish();
    }

  private:
    /// The source is not destroyed inside a call that it makes.
    void let_go() {
        executor_.post([self = shared_from_this()] {});
    }

    std::unique_ptr<EventSource> source_;
    Executor& executor_;
    std::optional<http::StreamWriter> writer_;
};

}  // namespace

EventReply answer_with_events(const RequestContext& context, const OperationModel& model, Executor& executor,
                              StreamReply reply) {
    return [protocol = context.protocol, client = context.client, &model, &executor,
            reply = std::move(reply)](Outcome<std::unique_ptr<EventSource>> source) mutable {
        if (!source) return reply(std::unexpected(std::move(source.error())));
        const Instance output = make_instance(*model.output);
        const auto answer = std::make_shared<EventAnswer>(std::move(*source), executor);
        answer->begin(initial_response_frame(protocol, model, output.get()), std::move(reply));
        if (client && client->gone()) answer->end();  // before the connection could tell the stream
    };
}

}  // namespace millrace::aws
