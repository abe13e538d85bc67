#include "cli/snapshot_copy.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "files/helpers.h"

namespace millrace::cli {
namespace {

class Copying {
  public:
    Copying(files::FileSystem& files, const OnCopied& on_copied) : files_(files), on_copied_(on_copied) {}

    Result<> copy(const std::string& from, const std::string& to, std::uint64_t bytes) {
        auto source = files_.open(from, files::OpenMode::kRead);
        if (!source && source.error().code == ErrorCode::kNotFound)
            return fail(ErrorCode::kNotFound, source.error().message + " (has the server been restarted?)");
        if (!source) return std::unexpected(std::move(source.error()));
        if (auto made = files::create_directories(files_, files::parent_of(to)); !made) return made;
        auto target = files_.open(to, files::OpenMode::kCreateNew);
        if (!target) return std::unexpected(std::move(target.error()));
        std::uint64_t synced = 0;
        for (std::uint64_t at = 0; at < bytes;) {
            const auto piece = std::span(buffer_).first(std::min<std::uint64_t>(kCopyBytes, bytes - at));
            const auto count = (*source)->read_at(at, piece);
            if (!count) return std::unexpected(count.error());
            if (*count < piece.size()) {
                return fail(ErrorCode::kIo,
                            fmt::format("{} ends after {} of {} bytes", from, at + *count, bytes));
            }
            const std::string_view pieces[] = {{piece.data(), piece.size()}};
            if (auto written = (*target)->write_at(at, pieces); !written) return written;
            at += piece.size();
            copied_ += piece.size();
            if (at - synced >= kBytesPerSync) {
                if (auto done = (*target)->sync(); !done) return done;
                synced = at;
            }
            if (!on_copied_(copied_)) return fail(ErrorCode::kUnavailable, "the copying was stopped");
        }
        return (*target)->sync();
    }

  private:
    files::FileSystem& files_;
    const OnCopied& on_copied_;
    std::vector<char> buffer_ = std::vector<char>(kCopyBytes);
    std::uint64_t copied_ = 0;
};

}  // namespace

Result<> copy_snapshot(files::FileSystem& files, const std::vector<files::SnapshotFile>& snapshot,
                       const std::string& from, const std::string& to, const OnCopied& on_copied) {
    Copying copying{files, on_copied};
    for (const files::SnapshotFile& file : snapshot) {
        auto copied = copying.copy(files::join(from, file.name), files::join(to, file.name), file.bytes);
        if (!copied) return copied;
    }
    return {};
}

}  // namespace millrace::cli
