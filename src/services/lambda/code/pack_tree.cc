#include "services/lambda/code/pack_tree.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "files/helpers.h"
#include "services/lambda/code/tree.h"
#include "services/lambda/code/unzip.h"
#include "services/lambda/code/zip_writer.h"

namespace millrace::lambda {

namespace fs = std::filesystem;

namespace {

Result<std::string> contents_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string contents{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.good() && !file.eof())
        return fail(ErrorCode::kIo, fmt::format("cannot read {}", path.string()));
    return contents;
}

bool is_executable(const fs::path& path) {
    std::error_code gone;
    return (fs::status(path, gone).permissions() & fs::perms::owner_exec) != fs::perms::none;
}

/// The directories that a walk is in, so that it does not enter one within itself by a link.
class EnteredDirectories {
  public:
    explicit EnteredDirectories(const std::string& root) { enter(root, 0); }

    /// False for one that is entered already. `depth` is how many the walk was in before.
    bool enter(const fs::path& path, std::size_t depth) {
        entered_.resize(depth);
        struct stat found{};
        if (::stat(path.c_str(), &found) != 0) return false;  // gone
        const std::pair id{found.st_dev, found.st_ino};
        if (std::ranges::find(entered_, id) != entered_.end()) return false;
        entered_.push_back(id);
        return true;
    }

  private:
    std::vector<std::pair<dev_t, ino_t>> entered_;
};

/// By name, by its first entry, or by the record at its end: before an executable archive stands a program.
bool looks_like_archive(std::string_view path, std::string_view bytes) {
    constexpr std::string_view kFirstEntry = "PK\x03\x04";
    constexpr std::string_view kEndRecord = "PK\x05\x06";
    constexpr std::size_t kEndBytesMax = 22 + 65'535;  // the record, and the archive's comment
    if (path.ends_with(".zip") || path.ends_with(".jar") || bytes.starts_with(kFirstEntry)) return true;
    const std::string_view end = bytes.substr(bytes.size() - std::min(bytes.size(), kEndBytesMax));
    return end.find(kEndRecord) != std::string_view::npos;
}

}  // namespace

Result<std::string> pack_tree(const std::string& directory) {
    std::error_code error;
    std::map<std::string, std::string> files;
    std::set<std::string> executable;
    std::uint64_t bytes = 0;
    std::size_t directories = 0;
    EnteredDirectories entered(directory);
    auto it =
        fs::recursive_directory_iterator(directory, fs::directory_options::follow_directory_symlink, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        if (is_no_code(it->path().filename().string())) {
            it.disable_recursion_pending();
            continue;
        }
        std::error_code unreadable;
        if (it->is_directory(unreadable)) {
            if (!entered.enter(it->path(), static_cast<std::size_t>(it.depth()) + 1))
                it.disable_recursion_pending();
            // Links to each other's directories make very many of few.
            if (++directories > kZipEntriesMax)
                return fail(ErrorCode::kResourceExhausted, "the directory is too large");
            continue;
        }
        if (!it->is_regular_file(unreadable)) continue;
        Result<std::string> contents = contents_of(it->path());
        if (!contents) return contents;
        bytes += contents->size();
        if (bytes > kUnzippedBytesMax || files.size() >= kZipEntriesMax) {
            return fail(ErrorCode::kResourceExhausted, "the directory is too large");
        }
        std::string name = it->path().lexically_relative(directory).generic_string();
        if (is_executable(it->path())) executable.insert(name);
        files.emplace(std::move(name), std::move(*contents));
    }
    if (error) return fail(ErrorCode::kIo, fmt::format("cannot read {}: {}", directory, error.message()));
    return write_zip(files, executable);
}

Result<std::string> pack_file(files::FileSystem& files, const std::string& path) {
    Result<std::string> bytes = files::read_file(files, path, kZippedBytesMax);
    if (!bytes || looks_like_archive(path, *bytes)) return bytes;
    const std::string name = fs::path(path).filename().string();
    std::set<std::string> executable;
    if (is_executable(path)) executable.insert(name);
    return write_zip({{name, std::move(*bytes)}}, executable);
}

}  // namespace millrace::lambda
