#pragma once

#include "ports/log_sink.h"

namespace millrace::app {

/// Sends what functions print two ways: to stdout at once, and to the log group.
/// On a terminal a line reads "name | text"; otherwise it is a JSON object with function, requestId and
/// message.
class FunctionOutput final : public ports::LogSink {
  public:
    /// The log group's sink must outlive this.
    explicit FunctionOutput(ports::LogSink& log_groups);
    void write(ports::LogLine line) override;

  private:
    ports::LogSink& log_groups_;
    bool terminal_;
};

}  // namespace millrace::app
