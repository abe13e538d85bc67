#pragma once

#include <utility>

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
    /// With heads announced, advance() stops at each that a body follows (Progress::kHead): take_head() has
    /// the body come piece by piece, by take_body() after each advance(); going on has it whole.
    explicit RequestParser(ParserLimits limits = {}, bool announces_heads = false)
        : MessageParser(std::move(limits)) {
        announces_heads_ = announces_heads;
    }
    /// After kHead.
    [[nodiscard]] const Headers& headers() const { return headers_; }
    [[nodiscard]] ParsedRequest take_head();
    /// After kComplete, of a message whose head was taken: its trailers. The next message begins.
    [[nodiscard]] Headers take_end();
    /// After kComplete, once.
    [[nodiscard]] ParsedRequest take();

  private:
    bool on_start_line(std::string_view line) override;
    bool on_head() override;

    std::string method_;
    std::string target_;
};

}  // namespace millrace::http
