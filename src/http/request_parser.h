#pragma once

#include "http/message_parser.h"

namespace millrace::http {

struct ParsedRequest {
    Request request;
    bool keep_alive = true;
    bool knows_chunks = true;  ///< false of HTTP/1.0: no streamed response can be sent
};

/// Requests as a server reads them. The absolute form of the target ("http://host/path") is reduced to its
/// path.
class RequestParser final : public MessageParser {
  public:
    explicit RequestParser(ParserLimits limits = {}) : MessageParser(std::move(limits)) {}
    /// After kComplete, once.
    [[nodiscard]] ParsedRequest take();

  private:
    bool on_start_line(std::string_view line) override;
    bool on_head() override;

    std::string method_;
    std::string target_;
};

}  // namespace millrace::http
