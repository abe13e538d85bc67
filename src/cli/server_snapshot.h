#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/api.h"
#include "files/snapshot.h"

namespace millrace::cli {

/// What the server answers to a request for a snapshot (src/app/backup_requests.h).
struct SnapshotDescription {
    std::string id;
    std::string directory;  ///< absolute, on the server's machine
    std::vector<files::SnapshotFile> files;
    std::uint64_t bytes = 0;
};

/// The error is a sentence. Names that lead out of the directory are refused.
[[nodiscard]] Answer<SnapshotDescription> read_snapshot_description(const codec::Json& answer);

/// A snapshot of a server's data that stays until this goes.
class ServerSnapshot {
  public:
    /// The api must outlive the snapshot.
    static Answer<std::unique_ptr<ServerSnapshot>> begin(Api& api);
    ServerSnapshot(const ServerSnapshot&) = delete;
    ServerSnapshot& operator=(const ServerSnapshot&) = delete;
    ~ServerSnapshot();

    [[nodiscard]] const SnapshotDescription& description() const { return description_; }
    /// To be called again and again while it is used: the server removes what nobody asks for.
    void keep();
    /// Removes it; that it is gone already is fine.
    Answer<void> end();

  private:
    ServerSnapshot(Api& api, SnapshotDescription description);
    [[nodiscard]] std::string path() const { return "backup/" + description_.id; }

    Api& api_;
    SnapshotDescription description_;
    std::chrono::steady_clock::time_point asked_ = std::chrono::steady_clock::now();
    bool ended_ = false;
};

}  // namespace millrace::cli
