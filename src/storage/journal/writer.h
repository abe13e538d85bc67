#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/units.h"
#include "files/file_system.h"
#include "storage/journal/segment_writer.h"
#include "storage/journal/worker.h"
#include "storage/journal/write.h"
#include "storage/ring.h"

namespace millrace::storage {

enum class JournalState {
    kHealthy,
    kDiskFull,  ///< the newest write found no space; the next one tries again
    kFailed,    ///< refuses writes until the process is restarted
};

struct Health {
    JournalState state = JournalState::kHealthy;
    std::string reason;  ///< why not healthy, for people
};

/// Memory of the frames that are written with one call, but for those of one append.
inline constexpr std::uint64_t kGroupBytesMax = 8_MiB;

/// What the writer has done, for the home executor.
struct WriteReport {
    std::vector<Write> writes;  ///< in the order submitted, each with its result
    Health health;
    std::uint64_t segment = 0;        ///< base of the segment that is now written
    std::uint64_t segment_bytes = 0;  ///< its size
    struct Sealed {
        std::uint64_t base;
        std::uint64_t bytes;
    };
    std::optional<Sealed> sealed;  ///< before the writes
    bool dirty = false;            ///< kInterval: something waits for a sync
    std::uint64_t bytes = 0;
    std::uint64_t syncs = 0;
};

/// Group commit: takes everything that is queued, writes it with one call, makes it durable with one more,
/// reports. A lone write waits for nothing; under load the queue fills while the disk works. Decides offsets
/// and keeps the logs' table, so that a failed write leaves no gap.
///
/// Full disk: appends are refused before they are written, while there is still room for held_back_bytes
/// behind the segment's end, which is reserved there. Trims, removals, and appends that say that they free
/// space use it.
///
/// Threads: submit(), hurry() and sync_then() from the home executor; everything else happens on the worker,
/// `report` is called there.
class Writer {
  public:
    struct Options {
        files::FileSystem& files;
        std::string directory;
        std::string head;  ///< path of the journal's head
        FsyncMode mode;
        std::uint64_t segment_bytes;
        std::uint64_t held_back_bytes;
    };
    using Report = std::function<void(WriteReport)>;

    Writer(Options options, LogTable table, std::unique_ptr<SegmentWriter> active, Report report,
           std::unique_ptr<Worker> worker);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    /// Writes and makes durable what is queued; reports of that still come. Seals the segment, where there is
    /// room: the next start goes on in it all the same.
    ~Writer();

    /// A write that may linger waits for the next one, or for hurry().
    void submit(Write write);
    /// What lingers is written now.
    void hurry();
    /// Asks a disk that was full whether it still is; a report says when it is not.
    void look_for_space();
    /// Makes everything written durable now, then runs the task on the worker if that went well.
    void sync_then(Task task);

  private:
    using Group = std::vector<Write>;

    void drain();
    void take_queue();
    [[nodiscard]] Group take_group();
    void commit(Group group);
    void commit_clear();
    [[nodiscard]] Result<> accepting() const;
    /// For the group, and for what is held back behind it.
    [[nodiscard]] Result<> make_room(const Group& group);
    /// On a full disk: all that waits fails, but for what frees space.
    void free_space(Group group);
    [[nodiscard]] Result<> write_group(Group& group);
    void place(Append& append);
    void note_in_index(const Append& append);
    [[nodiscard]] Result<> roll();
    void seal_for_good();
    void note_head();
    [[nodiscard]] Result<> sync();
    void note_failure(const Error& error);
    void settle(Group group, Result<> result);
    void finish(Group group, Result<> result);

    LogState& change(LogId log, LogState initial);
    void roll_back_table();

    Options options_;
    Report report_;

    Mutex mutex_;
    std::vector<Write> queue_ GUARDED_BY(mutex_);
    bool scheduled_ GUARDED_BY(mutex_) = false;

    // The worker's.
    Ring<Write> pending_;
    LogTable table_;
    std::vector<std::pair<LogId, std::optional<LogState>>> undo_;
    std::unique_ptr<SegmentWriter> active_;
    FrameBatch batch_;
    Health health_;
    bool cannot_reserve_ = false;  ///< there was no room for what had just been reserved
    std::optional<WriteReport::Sealed> sealed_;
    std::uint64_t bytes_ = 0;
    std::uint64_t syncs_ = 0;

    std::unique_ptr<Worker> worker_;  // last: its end drains into the members above
};

}  // namespace millrace::storage
