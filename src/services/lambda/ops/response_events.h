#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/operation.h"
#include "services/lambda/execution/written_stream.h"

namespace millrace::lambda {

/// The answer of InvokeWithResponseStream: a PayloadChunk for each piece, then InvokeComplete.
class ResponseEvents final : public WrittenStream {
  public:
    ResponseEvents(std::string version, aws::StreamReply reply)
        : version_(std::move(version)), reply_(std::move(reply)) {}

    void begin(std::string_view content_type) override;
    void write(SharedBytes piece) override;
    /// Ends the stream, or answers an invocation that was refused.
    void complete(InvokeResult result);

  private:
    void open_events();

    const std::string version_;
    aws::StreamReply reply_;
};

/// Frames of the event stream (application/vnd.amazon.eventstream).
[[nodiscard]] std::string payload_chunk_frame(std::string_view payload);
[[nodiscard]] std::string invoke_complete_frame(const InvokeResult& result);

}  // namespace millrace::lambda
