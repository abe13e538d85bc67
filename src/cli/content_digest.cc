#include "cli/content_digest.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <vector>

#include "codec/sha256.h"
#include "files/helpers.h"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;

/// All regular files, in an order that does not depend on the disk's.
Result<std::vector<fs::path>> files_below(const fs::path& root) {
    std::error_code error;
    if (!fs::is_directory(root, error)) return std::vector{root};
    std::vector<fs::path> found;
    fs::recursive_directory_iterator it(root, fs::directory_options::follow_directory_symlink, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        std::error_code dangling;
        if (it->is_regular_file(dangling)) found.push_back(it->path());
    }
    if (error) return fail(ErrorCode::kIo, fmt::format("cannot read {}: {}", root.string(), error.message()));
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

Result<std::string> content_digest(files::FileSystem& files, const std::string& path) {
    const auto found = files_below(path);
    if (!found) return std::unexpected(found.error());
    std::string lines;
    for (const fs::path& file : *found) {
        const auto contents = files::read_file(files, file.string());
        if (!contents) return std::unexpected(contents.error());
        std::error_code gone;
        const bool executable =
            (fs::status(file, gone).permissions() & fs::perms::owner_exec) != fs::perms::none;
        lines += fmt::format("{}\n{}\n{}\n", file.lexically_relative(path).string(), executable,
                             codec::sha256_hex(*contents));
    }
    return codec::sha256_hex(lines);
}

}  // namespace millrace::cli
