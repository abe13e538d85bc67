#pragma once

#include <string>

#include "aws/context.h"
#include "base/time.h"

namespace millrace::ports {

/// One line that a function printed, or that the platform says about it.
struct LogLine {
    aws::Scope scope;
    std::string function;
    std::string request_id;  ///< empty before the first invocation
    std::string group;       ///< "/aws/lambda/<function>"
    std::string stream;      ///< "2026/11/23/[$LATEST]<32 hex digits>"
    bool platform = false;   ///< START, END, REPORT and the like, not the function's own words
    WallTime time;
    std::string text;  ///< a line without its newline, or a record of several
};

/// Where function output goes: the log group, and Millrace's stdout.
/// Threads: the home executor. write() takes the line at once and never blocks; lines of one stream keep
/// their order.
class LogSink {
  public:
    virtual ~LogSink() = default;
    virtual void write(LogLine line) = 0;
};

}  // namespace millrace::ports
