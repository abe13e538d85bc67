#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace millrace::lambda {

/// The media type of streamed answers that begin with status and headers.
inline constexpr std::string_view kHttpIntegrationResponse =
    "application/vnd.awslambda.http-integration-response";
/// Of the JSON before the eight NULs.
inline constexpr std::size_t kPreludeBytesMax = 64 * 1024;

/// Reads the head of a streamed answer: {"statusCode", "headers", "cookies"}, eight NUL bytes, the body. How
/// the bytes are cut makes no difference.
class UrlPrelude {
  public:
    enum class State { kNeedMore, kDone, kFailed };

    /// kDone: head() and rest() are there. kFailed: the JSON says no response, or is too long.
    State feed(std::string_view bytes);
    [[nodiscard]] http::Response& head() { return head_; }
    /// The bytes of the body that came with it.
    [[nodiscard]] std::string_view rest() const { return std::string_view(bytes_).substr(body_); }

  private:
    std::string bytes_;
    std::size_t body_ = 0;
    http::Response head_;
};

}  // namespace millrace::lambda
