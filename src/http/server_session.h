#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/time.h"
#include "http/message.h"

namespace millrace::http {

/// One connection of a server, in the protocol that its client speaks. Held by the server until it is closed.
class ServerSession {
  public:
    virtual ~ServerSession() = default;

    /// At once, without words.
    virtual void close() = 0;
    /// No more requests; closes after the answers in flight.
    virtual void finish() = 0;
    /// Closes what has been in one phase for too long.
    virtual void sweep(MonotonicTime now) = 0;

    /// To the request that was handed out under this number, once.
    virtual void answer(std::uint64_t number, Response response) = 0;
};

/// Carries one answer back: what a handler gets as Respond. Answers 500 if it is dropped without.
class Responder {
  public:
    Responder(std::weak_ptr<ServerSession> session, std::uint64_t number)
        : session_(std::move(session)), number_(number) {}
    Responder(Responder&& other) noexcept = default;
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void operator()(Response response);

  private:
    std::weak_ptr<ServerSession> session_;
    std::uint64_t number_;
};

}  // namespace millrace::http
