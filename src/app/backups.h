#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/time.h"
#include "files/file_system.h"
#include "files/snapshot.h"

namespace millrace::app {

/// Snapshots at a time; each holds on to the space of what is removed meanwhile.
inline constexpr std::size_t kSnapshotsMax = 4;
/// A snapshot that nobody asks for goes after so long: whoever copied it has died.
inline constexpr Seconds kSnapshotKept{3600};

/// Snapshots of the data directory for whoever copies them: second names of all files that count, in a
/// directory of each snapshot's own, `<data-dir>/backup/<id>/`. Making one copies nothing and holds nobody
/// up.
///
/// Threads: called on, and answers on, the home executor; directories are made and removed in the background.
class Backups {
  public:
    /// Gives its files second names below the directory. The order counts: what the first tells of must be in
    /// the second.
    using Part = std::function<void(std::string directory, files::SnapshotDone done)>;

    struct Options {
        files::FileSystem& files;
        Executor& home;
        Executor& background;  ///< one task at a time
        const Clock& clock;
        Random& random;
        std::string data_dir;  ///< absolute
        std::vector<Part> parts;
    };

    struct Snapshot {
        std::string id;
        std::string directory;  ///< absolute
        std::vector<files::SnapshotFile> files;
    };
    using Begun = std::move_only_function<void(Result<Snapshot>)>;
    using Ended = std::move_only_function<void(Result<>)>;

    /// Removes what an earlier run left behind. All references must outlive this.
    explicit Backups(Options options);
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;
    ~Backups();

    /// Everything acknowledged before the call is in the snapshot. Errors: kResourceExhausted with
    /// kSnapshotsMax under way; those of files, nothing is left then.
    void begin(Begun begun);
    /// The snapshot stays for another kSnapshotKept. kNotFound when it is gone.
    [[nodiscard]] Result<> keep(const std::string& id);
    /// Removes it. kNotFound when it is gone.
    void end(const std::string& id, Ended ended);

  private:
    struct Taking;

    [[nodiscard]] std::string directory_of(const std::string& id) const;
    void take_next(std::shared_ptr<Taking> taking);
    void finish(std::shared_ptr<Taking> taking, Result<> taken);
    void arm(const std::string& id);
    void remove(const std::string& directory, Ended ended);
    void in_background(std::move_only_function<Result<>(files::FileSystem&)> work, Ended then);

    Options options_;
    std::string root_;
    std::map<std::string, TimerId> snapshots_;                    ///< by id; no timer while it is being taken
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< tasks on their way hold it weakly
};

}  // namespace millrace::app
