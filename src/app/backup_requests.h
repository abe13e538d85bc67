#pragma once

#include <string_view>

#include "app/backups.h"
#include "http/message.h"

namespace millrace::app {

/// Snapshots over HTTP, for `millrace backup` (docs/decisions/0011-backup.md):
///
///   POST   /_millrace/backup        200 {"id","directory","files":[{"name","bytes"}],"bytes"}
///   POST   /_millrace/backup/<id>   200: it stays for another hour
///   DELETE /_millrace/backup/<id>   200: it is gone
///
/// All need the header `X-Millrace: backup`, which a page of another site cannot send: a browser would ask
/// first, and is not answered. Refusals are {"message"}: 403 without the header, 404, 409 with kSnapshotsMax
/// under way.
class BackupRequests {
  public:
    /// The backups must outlive this.
    explicit BackupRequests(Backups& backups) : backups_(backups) {}

    /// "backup" and what is below it; the path without "/_millrace/".
    [[nodiscard]] static bool owns(std::string_view path);
    void handle(const http::Request& request, std::string_view path, http::Respond respond);

  private:
    void begin(http::Respond respond);
    void end(std::string_view id, http::Respond respond);

    Backups& backups_;
};

}  // namespace millrace::app
