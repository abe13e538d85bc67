#pragma once

#include <string>
#include <vector>

#include "aws/faults/faults.h"
#include "base/error.h"
#include "http/message.h"

namespace millrace::app {

/// The texts as rules; the error is that of the first that is none.
[[nodiscard]] Result<std::vector<aws::FaultRule>> parse_faults(const std::vector<std::string>& texts);

/// Calls that fail on purpose, over HTTP (docs/faults.md):
///
///   GET    /_millrace/faults   200 {"faults":[{"rule","calls","struck"}]}
///   PUT    /_millrace/faults   {"faults":["<rule>", ...]} in place of all; answers as GET
///   POST   /_millrace/faults   the same, to those that are there
///   DELETE /_millrace/faults   none any more; answers as GET
///
/// What changes something needs the header `X-Millrace: faults`, which a page of another site cannot send.
/// Refusals are {"message"}: 400 for what is no rule, 403 without the header, 405. Threads: the loop.
class FaultRequests {
  public:
    /// The faults must outlive this.
    explicit FaultRequests(aws::Faults& faults) : faults_(faults) {}

    [[nodiscard]] http::Response handle(const http::Request& request);

  private:
    [[nodiscard]] http::Response listed() const;
    [[nodiscard]] http::Response set(const http::Request& request);

    aws::Faults& faults_;
};

}  // namespace millrace::app
