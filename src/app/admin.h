#pragma once

#include "app/backup_requests.h"
#include "app/callback_requests.h"
#include "app/fault_requests.h"
#include "app/house.h"
#include "app/options.h"
#include "http/message.h"

namespace millrace::app {

/// What Millrace answers beside AWS's APIs: `GET /_millrace/health`, `POST /_millrace/reset`,
/// backup_requests.h, callback_requests.h and fault_requests.h. Threads: the loop.
class Admin {
  public:
    /// The house must outlive this.
    Admin(House& house, const ServeOptions& options)
        : house_(house),
          backups_(house.backups()),
          faults_(house.faults()),
          callbacks_(house),
          account_(options.account),
          region_(options.region),
          allow_reset_(options.allow_reset) {}

    [[nodiscard]] static bool owns(const http::Request& request);
    void handle(const http::Request& request, http::Respond respond);

  private:
    [[nodiscard]] http::Response health() const;
    void reset(http::Respond respond);

    House& house_;
    BackupRequests backups_;
    FaultRequests faults_;
    CallbackRequests callbacks_;
    std::string account_;
    std::string region_;
    bool allow_reset_;
};

}  // namespace millrace::app
