#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "files/file_system.h"

namespace millrace::files {

/// Files in memory that behave as badly as real ones may; for tests. Everything repeats from the random
/// numbers given.
///
/// - crash() is a loss of power: of what was written and not synced any sectors survive, in any combination,
///   and of names created, renamed and removed in a directory that was not synced the first so many. Open
///   files are dead afterwards.
/// - crash_at_call() is that in the middle of the work; everything fails from then to the crash() after it.
/// - kill() is the end of the process: nothing is lost but open files and locks.
/// - fail_call() makes the n-th call fail; a write that fails has written a part, a sync that fails has lost
///   any sectors.
/// - set_capacity() makes the disk full.
///
/// The root "/" exists and is durable. Paths are absolute and without links.
class SimulatedFileSystem final : public FileSystem {
  public:
    /// The random numbers must outlive the file system.
    explicit SimulatedFileSystem(Random& random);
    ~SimulatedFileSystem() override;

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, unsigned permissions) override;
    Result<FileInfo> info(const std::string& path) override;
    Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
    Result<> create_directory(const std::string& path) override;
    Result<> rename(const std::string& from, const std::string& to) override;
    Result<> link(const std::string& from, const std::string& to) override;
    Result<> remove(const std::string& path) override;
    Result<> sync_directory(const std::string& path) override;
    Result<std::unique_ptr<Directory>> open_directory(const std::string& path) override;
    Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

    void crash();
    /// Power goes as the n-th call from now (1: the next) is made, and is away until crash().
    void crash_at_call(std::uint64_t n);
    void kill();
    /// The n-th call from now (1: the next) and the `count - 1` after it fail with the errno. 0 forgets the
    /// plan.
    void fail_call(std::uint64_t n, int errno_value, std::uint64_t count = 1);
    /// Calls so far that could have failed.
    [[nodiscard]] std::uint64_t calls() const;
    void set_capacity(std::uint64_t bytes);
    /// Whether File::reserve() keeps room; true in the beginning.
    void set_can_reserve(bool can);
    /// With what is reserved.
    [[nodiscard]] std::uint64_t used() const;
    /// Inverts a bit of what is stored: a disk that does not keep what it was given.
    void damage(const std::string& path, std::uint64_t position);

  private:
    struct Node;
    struct World;
    class OpenFile;
    class OpenDirectory;
    class Lock;

    std::shared_ptr<World> world_;
};

}  // namespace millrace::files
