#include "services/lambda/code/unzip.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zip.h>

#include "services/lambda/code/write_error.h"

namespace millrace::lambda {

namespace fs = std::filesystem;

namespace {

struct ZipDeleter {
    void operator()(zip_t* zip) const { zip_discard(zip); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, ZipDeleter>;
using ZipFile = std::unique_ptr<zip_file_t, ZipDeleter>;

constexpr std::size_t kLinkTargetBytesMax = 4096;

std::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("the archive is damaged: {}", what));
}

Result<Zip> open_archive(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (zip == nullptr) {
        auto failure = damaged(zip_error_strerror(&error));
        if (source != nullptr) zip_source_free(source);
        zip_error_fini(&error);
        return failure;
    }
    zip_error_fini(&error);
    return Zip(zip);
}

// True when following `path` from the root, part by part, never leaves it.
bool stays_inside(const fs::path& path) {
    int depth = 0;
    for (const fs::path& part : path) {
        if (part == "..")
            --depth;
        else if (!part.empty() && part != ".")
            ++depth;
        if (depth < 0) return false;
    }
    return path.is_relative();
}

// A name as packed is never trusted: it must name something strictly below the root.
Result<fs::path> checked_name(std::string_view name) {
    const fs::path path{name};
    bool climbs = false;
    for (const fs::path& part : path) climbs = climbs || part == "..";
    if (name.empty() || climbs || path.is_absolute() || name.find('\\') != std::string_view::npos) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("the archive holds a name that is not allowed: {}", name));
    }
    return path.lexically_normal();
}

struct Link {
    fs::path path;
    std::string target;
};

class Extraction {
  public:
    Extraction(zip_t* zip, fs::path root, std::uint64_t bytes_max)
        : zip_(zip), root_(std::move(root)), bytes_left_(bytes_max) {}

    Result<> run() {
        const zip_int64_t entries = zip_get_num_entries(zip_, 0);
        if (entries == 0) return damaged("it is empty");
        if (entries < 0 || static_cast<std::uint64_t>(entries) > kZipEntriesMax) {
            return fail(ErrorCode::kResourceExhausted, "the archive holds too many files");
        }
        for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
            if (Result<> done = extract(i); !done) return done;
        }
        // Last, so that no file was ever written through one.
        for (const Link& link : links_) {
            if (Result<> done = make_link(link); !done) return done;
        }
        return {};
    }

  private:
    Result<> extract(zip_uint64_t index) {
        const char* raw_name = zip_get_name(zip_, index, 0);
        if (raw_name == nullptr) return damaged("an entry has no name");
        const std::string_view name = raw_name;
        Result<fs::path> path = checked_name(name);
        if (!path) return std::unexpected(path.error());

        const mode_t mode = mode_of(index);
        const bool directory = name.ends_with('/');
        if (Result<> made = make_directories(directory ? root_ / *path : (root_ / *path).parent_path());
            !made) {
            return made;
        }
        if (directory) return {};
        const ZipFile file{zip_fopen_index(zip_, index, 0)};
        if (!file) return damaged(zip_strerror(zip_));
        if (S_ISLNK(mode)) return read_link(file.get(), *path);
        return write_file(file.get(), root_ / *path, mode);
    }

    mode_t mode_of(zip_uint64_t index) {
        zip_uint8_t system = 0;
        zip_uint32_t attributes = 0;
        zip_file_get_external_attributes(zip_, index, 0, &system, &attributes);
        const auto mode = static_cast<mode_t>(attributes >> 16);
        return system == ZIP_OPSYS_UNIX && mode != 0 ? mode : S_IFREG | 0644;
    }

    static Result<> make_directories(const fs::path& path) {
        std::error_code error;
        fs::create_directories(path, error);
        if (error)
            return write_error(fail_errno(fmt::format("create {}", path.native()), error.value()).error());
        return {};
    }

    Result<> write_file(zip_file_t* file, const fs::path& path, mode_t mode) {
        const mode_t permissions = (mode & 0777) | S_IRUSR | S_IWUSR;
        const int fd =
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, permissions);
        if (fd < 0) return write_error(fail_errno(fmt::format("create {}", path.native()), errno).error());
        Result<> copied = copy(file, fd, path);
        ::fchmod(fd, permissions);
        ::close(fd);
        return copied;
    }

    Result<> copy(zip_file_t* file, int fd, const fs::path& path) {
        std::array<char, 64_KiB> buffer;
        while (true) {
            const zip_int64_t got = zip_fread(file, buffer.data(), buffer.size());
            if (got < 0) return damaged(fmt::format("{} cannot be read", path.filename().native()));
            if (got == 0) return {};
            if (Result<> taken = take(static_cast<std::uint64_t>(got)); !taken) return taken;
            for (zip_int64_t written = 0; written < got;) {
                const ssize_t n =
                    ::write(fd, buffer.data() + written, static_cast<std::size_t>(got - written));
                if (n < 0 && errno != EINTR)
                    return write_error(fail_errno(fmt::format("write {}", path.native()), errno).error());
                if (n > 0) written += n;
            }
        }
    }

    Result<> take(std::uint64_t bytes) {
        if (bytes > bytes_left_)
            return fail(ErrorCode::kResourceExhausted, "the archive is too large unzipped");
        bytes_left_ -= bytes;
        return {};
    }

    Result<> read_link(zip_file_t* file, const fs::path& path) {
        std::string target(kLinkTargetBytesMax, '\0');
        const zip_int64_t got = zip_fread(file, target.data(), target.size());
        if (got <= 0) return damaged("a link has no target");
        target.resize(static_cast<std::size_t>(got));
        const bool absolute = fs::path(target).is_absolute();
        if (absolute || target.find('\0') != std::string::npos ||
            !stays_inside(path.parent_path() / target)) {
            return fail(ErrorCode::kInvalidArgument,
                        fmt::format("the link {} points out of the archive", path.native()));
        }
        links_.push_back({path, std::move(target)});
        return {};
    }

    // The parents are real directories: they were made before any link was.
    Result<> make_link(const Link& link) {
        fs::path parent = root_;
        for (const fs::path& part : link.path.parent_path()) {
            parent /= part;
            if (fs::is_symlink(fs::symlink_status(parent))) return damaged("a name lies below a link");
        }
        const fs::path path = root_ / link.path;
        if (::symlink(link.target.c_str(), path.c_str()) != 0) {
            return write_error(fail_errno(fmt::format("create the link {}", path.native()), errno).error());
        }
        return {};
    }

    zip_t* zip_;
    fs::path root_;
    std::uint64_t bytes_left_;
    std::vector<Link> links_;
};

}  // namespace

Result<> unzip(std::string_view archive, const std::string& directory, std::uint64_t unzipped_bytes_max) {
    Result<Zip> zip = open_archive(archive);
    if (!zip) return std::unexpected(zip.error());
    return Extraction(zip->get(), directory, unzipped_bytes_max).run();
}

}  // namespace millrace::lambda
