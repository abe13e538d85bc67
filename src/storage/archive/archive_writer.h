#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/units.h"
#include "files/file_system.h"
#include "storage/archive/archive_block.h"
#include "storage/archive/archive_format.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// Memory of blocks that are not full yet; beyond it the largest are written.
inline constexpr std::size_t kArchiveOpenBytesMax = 16_MiB;
/// Written without a sync: a large sync at the end would hold up those of the journal.
inline constexpr std::size_t kArchiveUnsyncedBytesMax = 8_MiB;

/// Writes one archive file: entries of any logs go in interleaved, each log's lie in blocks of its own.
/// Compresses and writes on the caller's thread. Not thread-safe.
///
/// Errors: those of the file system; kInvalidArgument for an entry that may not follow those before it;
/// kResourceExhausted when the file would pass kArchiveBlocksEndMax. After an error every later call returns
/// it again.
class ArchiveWriter {
  public:
    struct Options {
        files::FileSystem& files;
        std::string directory;  ///< must exist
        std::uint64_t number = 0;
        std::uint64_t until = 0;  ///< see ArchiveHeader
        std::uint32_t level = 0;  ///< see ArchiveHeader
        bool sync = true;         ///< false: what is written becomes durable some time
        // What tests and measurements change.
        std::size_t open_bytes_max = kArchiveOpenBytesMax;
        std::uint64_t blocks_end_max = kArchiveBlocksEndMax;
        BlockPacking packing = {};
        /// Shared with other writers of the same thread; its own when null.
        std::shared_ptr<BlockPacker> packer = nullptr;
    };

    /// A new file under partial_archive_name(); kAlreadyExists when there is one. It stays there, finished or
    /// not, until publish_archive() or somebody removes it.
    static Result<std::unique_ptr<ArchiveWriter>> create(Options options);
    ~ArchiveWriter();
    ArchiveWriter(const ArchiveWriter&) = delete;
    ArchiveWriter& operator=(const ArchiveWriter&) = delete;

    /// A log's offsets ascend, with gaps or without, and its times never go back. The payload, at most
    /// kEntryBytesMax, is copied.
    Result<> add(LogId log, Offset offset, WallTime time, std::string_view payload);
    /// Says that `count` offsets, at least one, have no entries: see Run::is_gap(). The time is that of the
    /// entry before them, so that who looks for a later one is led behind them.
    Result<> add_gap(LogId log, Offset first, std::uint32_t count, WallTime time, GapReason why);

    struct Finished {
        std::uint64_t number = 0;
        std::uint64_t bytes = 0;
        ArchiveIndex index;
    };
    /// Writes the blocks that are still open, the index and the trailer; the contents are durable then, if
    /// Options::sync. The last call.
    Result<Finished> finish();

    /// Written so far, without the blocks that are still open.
    [[nodiscard]] std::uint64_t bytes() const { return position_; }
    /// Memory of the blocks that are still open.
    [[nodiscard]] std::size_t open_bytes() const { return open_bytes_; }
    /// Writes the largest open blocks, until those that stay take so many bytes at most.
    Result<> write_open_blocks(std::size_t kept_bytes);

  private:
    struct Log {
        std::uint64_t next = 0;  ///< the least offset that may follow
        WallTime newest = WallTime::min();
        std::unique_ptr<BlockBuilder> open;  ///< null when nothing waits
    };

    ArchiveWriter(Options options, std::unique_ptr<files::File> file);
    Result<> check(LogId id, const Log& log, Offset offset, WallTime time, std::string_view payload) const;
    Result<> write_block(LogId id, Log& log);
    [[nodiscard]] std::vector<std::pair<LogId, Log*>> open_logs();  // by id
    Result<> append(std::span<const std::string_view> pieces);
    Result<> sync();

    Options options_;
    std::unique_ptr<files::File> file_;
    std::shared_ptr<BlockPacker> packer_;
    std::unordered_map<LogId, Log> logs_;
    ArchiveIndex index_;
    std::uint64_t position_ = 0;
    std::uint64_t synced_ = 0;
    std::size_t open_bytes_ = 0;
    std::optional<Error> failed_;
};

/// Gives the finished file its final name, replacing what has it. The caller syncs the directory, once for
/// several files.
Result<> publish_archive(files::FileSystem& files, const std::string& directory, std::uint64_t number);

}  // namespace millrace::storage
