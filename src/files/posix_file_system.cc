#include "files/posix_file_system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace millrace::files {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

/// Repeats a system call that a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

FileKind kind_of(mode_t mode) {
    return S_ISDIR(mode) ? FileKind::kDirectory : S_ISREG(mode) ? FileKind::kRegular : FileKind::kOther;
}

class PosixFile final : public File {
  public:
    PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    Result<> write_at(std::uint64_t position, std::span<const std::string_view> pieces) override {
        constexpr std::size_t kPiecesPerCall = 1024;  // IOV_MAX of Linux
        std::array<iovec, kPiecesPerCall> vectors;
        std::size_t skip = 0;  // bytes of the first piece that are written already
        while (!pieces.empty()) {
            const std::size_t count = std::min(pieces.size(), kPiecesPerCall);
            for (std::size_t i = 0; i < count; ++i) {
                vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
            }
            vectors[0] = {const_cast<char*>(pieces[0].data()) + skip, pieces[0].size() - skip};
            const ssize_t written = uninterrupted([&] {
                return pwritev(fd_.get(), vectors.data(), static_cast<int>(count),
                               static_cast<off_t>(position));
            });
            if (written < 0) return fail_errno("write " + path_, errno);
            position += static_cast<std::uint64_t>(written);
            skip += static_cast<std::size_t>(written);
            while (!pieces.empty() && skip >= pieces.front().size()) {
                skip -= pieces.front().size();
                pieces = pieces.subspan(1);
            }
        }
        return {};
    }

    Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) override {
        std::size_t total = 0;
        while (total < into.size()) {
            const ssize_t count = uninterrupted([&] {
                return pread(fd_.get(), into.data() + total, into.size() - total,
                             static_cast<off_t>(position + total));
            });
            if (count < 0) return fail_errno("read " + path_, errno);
            if (count == 0) break;
            total += static_cast<std::size_t>(count);
        }
        return total;
    }

    Result<> sync() override {
        if (uninterrupted([&] { return fdatasync(fd_.get()); }) != 0)
            return fail_errno("sync " + path_, errno);
        struct stat status{};
        if (fstat(fd_.get(), &status) != 0) return fail_errno("inspect " + path_, errno);
        if (status.st_nlink == 0) return fail(ErrorCode::kIo, path_ + " was removed while it was in use");
        return {};
    }

    Result<> truncate(std::uint64_t size) override {
        if (uninterrupted([&] { return ftruncate(fd_.get(), static_cast<off_t>(size)); }) != 0) {
            return fail_errno("truncate " + path_, errno);
        }
        return {};
    }

    Result<> reserve(std::uint64_t position, std::uint64_t bytes) override {
        const int done = uninterrupted([&] {
            return fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(position),
                             static_cast<off_t>(bytes));
        });
        const bool cannot = done != 0 && (errno == EOPNOTSUPP || errno == ENOSYS);
        if (done != 0 && !cannot) return fail_errno("reserve space for " + path_, errno);
        return {};
    }

    Result<std::uint64_t> size() override {
        struct stat status{};
        if (fstat(fd_.get(), &status) != 0) return fail_errno("inspect " + path_, errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

  private:
    Descriptor fd_;
    std::string path_;
};

class PosixDirectory final : public Directory {
  public:
    PosixDirectory(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    Result<> sync() override {
        if (uninterrupted([&] { return fsync(fd_.get()); }) != 0)
            return fail_errno("sync directory " + path_, errno);
        return {};
    }

  private:
    Descriptor fd_;
    std::string path_;
};

class PosixLock final : public FileLock {
  public:
    PosixLock(Descriptor fd, Descriptor directory) : fd_(std::move(fd)), directory_(std::move(directory)) {}

  private:
    Descriptor fd_;
    Descriptor directory_;
};

int flags_of(OpenMode mode) {
    switch (mode) {
        case OpenMode::kRead:
            return O_RDONLY;
        case OpenMode::kReadWrite:
            return O_RDWR;
        case OpenMode::kCreate:
            return O_RDWR | O_CREAT;
        case OpenMode::kCreateNew:
            return O_RDWR | O_CREAT | O_EXCL;
    }
    std::unreachable();
}

std::string digits_in(int fd) {
    std::array<char, 20> text{};
    const ssize_t count = pread(fd, text.data(), text.size(), 0);
    const std::string_view read{text.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    return std::string{read.substr(0, std::min(read.size(), read.find_first_not_of("0123456789")))};
}

}  // namespace

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode,
                                                    unsigned permissions) {
    Descriptor fd{
        uninterrupted([&] { return ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, permissions); })};
    if (fd.get() < 0) {
        const bool creating = mode == OpenMode::kCreate || mode == OpenMode::kCreateNew;
        return fail_errno((creating ? "create " : "open ") + path, errno);
    }
    return std::make_unique<PosixFile>(std::move(fd), path);
}

Result<FileInfo> PosixFileSystem::info(const std::string& path) {
    struct stat status{};
    if (stat(path.c_str(), &status) != 0) return fail_errno("inspect " + path, errno);
    return FileInfo{kind_of(status.st_mode), static_cast<std::uint64_t>(status.st_size),
                    std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Result<std::vector<DirectoryEntry>> PosixFileSystem::list(const std::string& directory) {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{opendir(directory.c_str()), closedir};
    if (!stream) return fail_errno("list " + directory, errno);
    std::vector<DirectoryEntry> entries;
    for (;;) {
        errno = 0;
        const dirent* found = readdir(stream.get());
        if (found == nullptr) break;
        const std::string_view name = found->d_name;
        if (name == "." || name == "..") continue;
        struct stat status{};
        if (fstatat(dirfd(stream.get()), found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) continue;  // removed while we looked
            return fail_errno("inspect " + directory + "/" + found->d_name, errno);
        }
        entries.push_back({std::string{name}, kind_of(status.st_mode)});
    }
    if (errno != 0) return fail_errno("list " + directory, errno);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return entries;
}

Result<> PosixFileSystem::create_directory(const std::string& path) {
    if (mkdir(path.c_str(), 0755) != 0) return fail_errno("create directory " + path, errno);
    return {};
}

Result<> PosixFileSystem::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return fail_errno("rename " + from + " to " + to, errno);
    return {};
}

Result<> PosixFileSystem::link(const std::string& from, const std::string& to) {
    if (::link(from.c_str(), to.c_str()) != 0) return fail_errno("link " + from + " to " + to, errno);
    return {};
}

Result<> PosixFileSystem::remove(const std::string& path) {
    if (::remove(path.c_str()) != 0) return fail_errno("remove " + path, errno);
    return {};
}

Result<> PosixFileSystem::sync_directory(const std::string& path) {
    const auto directory = open_directory(path);
    if (!directory) return std::unexpected(directory.error());
    return (*directory)->sync();
}

Result<std::unique_ptr<Directory>> PosixFileSystem::open_directory(const std::string& path) {
    Descriptor fd{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
    if (fd.get() < 0) return fail_errno("open directory " + path, errno);
    return std::make_unique<PosixDirectory>(std::move(fd), path);
}

namespace {

/// Where nothing may be written, a file that is there can be locked as it is.
int open_lock_file(const char* path) {
    const int fd = uninterrupted([&] { return ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644); });
    if (fd >= 0 || (errno != EROFS && errno != EACCES)) return fd;
    const int refusal = errno;
    const int existing = uninterrupted([&] { return ::open(path, O_RDONLY | O_CLOEXEC); });
    if (existing < 0) errno = refusal;  // not that there is no such file, but why there is none
    return existing;
}

}  // namespace

Result<std::unique_ptr<FileLock>> PosixFileSystem::lock(const std::string& path) {
    Descriptor fd{open_lock_file(path.c_str())};
    if (fd.get() < 0) return fail_errno("create " + path, errno);
    if (uninterrupted([&] { return flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0) {
        if (errno == EWOULDBLOCK) return fail(ErrorCode::kUnavailable, digits_in(fd.get()));
        return fail_errno("lock " + path, errno);
    }
    // The lock's name can be removed and made anew; the directory that it lies in is the same one. A file
    // system that cannot lock directories has the first lock only.
    Descriptor directory{
        ::open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.get() >= 0 &&
        uninterrupted([&] { return flock(directory.get(), LOCK_EX | LOCK_NB); }) != 0 &&
        errno == EWOULDBLOCK) {
        return fail(ErrorCode::kUnavailable, "");
    }
    // The process id only serves the message another process shows; failing to write it is no reason to
    // refuse.
    const std::string pid = std::to_string(getpid());
    if (ftruncate(fd.get(), 0) == 0 && pwrite(fd.get(), pid.data(), pid.size(), 0) < 0 && errno == ENOSPC) {
        static_cast<void>(ftruncate(fd.get(), 0));
    }
    return std::make_unique<PosixLock>(std::move(fd), std::move(directory));
}

}  // namespace millrace::files
