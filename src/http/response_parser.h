#pragma once

#include "http/message_parser.h"

namespace millrace::http {

struct ParsedResponse {
    Response response;
    bool keep_alive = true;
};

/// Responses as a client reads them. Interim ones (1xx) are skipped.
class ResponseParser final : public MessageParser {
  public:
    explicit ResponseParser(ParserLimits limits = {}) : MessageParser(limits) {}

    /// The next response answers a HEAD request: whatever it says, it has no body.
    void expect_no_body() { no_body_ = true; }
    /// The peer closed: completes a body that ends there. Call advance() afterwards; it fails in the midst of
    /// a message.
    void finish();
    /// After kComplete, once.
    [[nodiscard]] ParsedResponse take();

  private:
    bool on_start_line(std::string_view line) override;
    bool on_head() override;

    int status_ = 0;
    bool no_body_ = false;
    bool until_close_ = false;
};

}  // namespace millrace::http
