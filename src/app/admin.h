#pragma once

#include "app/backup_requests.h"
#include "app/callback_requests.h"
#include "app/fault_requests.h"
#include "app/house.h"
#include "http/message.h"

namespace millrace::app {

/// What Millrace answers beside AWS's APIs: `GET /_millrace/health`, `POST /_millrace/reset`,
/// backup_requests.h, callback_requests.h and fault_requests.h. Threads: the loop.
class Admin {
  public:
    /// The house must outlive this.
    Admin(House& house, bool allow_reset)
        : house_(house),
          backups_(house.backups()),
          faults_(house.faults()),
          callbacks_(house),
          allow_reset_(allow_reset) {}

    [[nodiscard]] static bool owns(const http::Request& request);
    void handle(const http::Request& request, http::Respond respond);

  private:
    [[nodiscard]] http::Response health() const;
    void reset(http::Respond respond);

    House& house_;
    BackupRequests backups_;
    FaultRequests faults_;
    CallbackRequests callbacks_;
    bool allow_reset_;
};

}  // namespace millrace::app
