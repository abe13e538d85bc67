#pragma once

#include "app/house.h"
#include "http/message.h"

namespace millrace::app {

/// What Millrace answers beside AWS's APIs: `GET /_millrace/health`, `POST /_millrace/reset`.
/// Threads: the loop.
class Admin {
  public:
    /// The house must outlive this.
    Admin(House& house, bool allow_reset) : house_(house), allow_reset_(allow_reset) {}

    [[nodiscard]] static bool owns(const http::Request& request);
    void handle(const http::Request& request, http::Respond respond);

  private:
    [[nodiscard]] http::Response health() const;
    void reset(http::Respond respond);

    House& house_;
    bool allow_reset_;
};

}  // namespace millrace::app
