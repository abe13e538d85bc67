#pragma once

#include <optional>
#include <utility>

#include "http/response_stream.h"
#include "services/lambda/execution/invocation.h"

namespace millrace::lambda {

/// An answer's way to an HTTP response: what answers of both forms have in common, the HTTP response's stream
/// and how it holds the function back. Held by the invocation.
class WrittenStream : public AnswerStream, public std::enable_shared_from_this<WrittenStream> {
  public:
    [[nodiscard]] bool full() const override { return writer_ && writer_->full(); }
    void on_ready(Task task) override { ready_ = std::move(task); }

    /// The response has begun: what becomes of it can only be seen by its end.
    [[nodiscard]] bool opened() const { return opened_; }

  protected:
    /// Once. When its client is gone, what is written goes nowhere.
    [[nodiscard]] http::StreamReader open() {
        auto [writer, reader] = http::StreamWriter::make({.on_ready = [self = weak_from_this()] {
            const auto stream = self.lock();
            if (stream && stream->ready_) stream->ready_();
        }});
        writer_ = std::move(writer);
        opened_ = true;
        return std::move(reader);
    }
    void put(SharedBytes piece) {
        if (writer_) writer_->write(std::move(piece));
    }
    void finish() {
        if (auto writer = std::exchange(writer_, std::nullopt)) writer->finish();
    }
    /// The client sees that the response is not whole.
    void break_off() { writer_.reset(); }

  private:
    std::optional<http::StreamWriter> writer_;
    bool opened_ = false;
    Task ready_;
};

}  // namespace millrace::lambda
