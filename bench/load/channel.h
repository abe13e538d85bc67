#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/shared_bytes.h"
#include "base/time.h"
#include "http/message.h"

namespace millrace::bench {

inline constexpr Milliseconds kConnectMax{10'000};

struct Place {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    [[nodiscard]] std::string authority() const { return host + ":" + std::to_string(port); }
};

/// Ready to be sent, any number of times.
struct Prepared {
    std::string head;       ///< for HTTP/1.1, to the empty line
    http::Request request;  ///< for HTTP/2; without its body
    SharedBytes body;
};

/// Who waits for an answer. Status 0: there was none, and the body says why.
class AnswerTaker {
  public:
    virtual void on_answer(int status, std::string body) = 0;

  protected:
    ~AnswerTaker() = default;
};

/// The way of one user's requests, one at a time: a connection of HTTP/1.1, or a stream of one of HTTP/2.
/// Lives on its loop.
class Channel {
  public:
    virtual ~Channel() = default;
    /// Calls the taker once, never from inside. `prepared` is not needed after the call.
    virtual void send(const Prepared& prepared, AnswerTaker& taker) = 0;
};

}  // namespace millrace::bench
