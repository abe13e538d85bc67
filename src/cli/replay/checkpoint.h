#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::cli {

/// How far a replay is, kept in a file so that the next call goes on: for each shard the last record that the
/// function has taken. The file is JSON: {"stream": ..., "function": ..., "shards": {"<id>": "<number>"}}.
/// Not thread-safe.
class ReplayCheckpoint {
  public:
    /// Reads the file if it is there. Errors: it cannot be read, or is of another stream or function.
    [[nodiscard]] static Result<ReplayCheckpoint> open(files::FileSystem& files, std::string path,
                                                       std::string stream, std::string function);

    [[nodiscard]] std::optional<std::string> taken(const std::string& shard) const;
    void take(const std::string& shard, std::string sequence_number) {
        shards_[shard] = std::move(sequence_number);
    }
    /// Durable when it returns.
    [[nodiscard]] Result<> save();
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    ReplayCheckpoint(files::FileSystem& files, std::string path, std::string stream, std::string function)
        : files_(&files),
          path_(std::move(path)),
          stream_(std::move(stream)),
          function_(std::move(function)) {}
    [[nodiscard]] Result<> read(const std::string& text);

    files::FileSystem* files_;
    std::string path_;
    std::string stream_;
    std::string function_;
    std::map<std::string, std::string> shards_;
};

}  // namespace millrace::cli
