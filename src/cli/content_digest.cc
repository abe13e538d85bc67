#include "cli/content_digest.h"

#include <filesystem>
#include <fmt/format.h>

#include "codec/sha256.h"
#include "files/helpers.h"
#include "files/tree_walk.h"

namespace millrace::cli {

Result<std::string> content_digest(files::FileSystem& files, const std::string& path) {
    namespace fs = std::filesystem;
    const auto relative = [&](const std::string& below) {
        return fs::path(below).lexically_relative(path).string();
    };
    std::string lines;
    const auto walked = files::walk_tree(path, [&](const files::TreeEntry& entry) -> Result<> {
        if (entry.is_directory) {
            if (!entry.entered_by.empty())
                lines += fmt::format("{}\nis {}\n", relative(entry.path), relative(entry.entered_by));
            return {};
        }
        const auto contents = files::read_file(files, entry.path);
        if (!contents) return std::unexpected(contents.error());
        std::error_code gone;
        const bool executable =
            (fs::status(entry.path, gone).permissions() & fs::perms::owner_exec) != fs::perms::none;
        lines += fmt::format("{}\n{}\n{}\n", relative(entry.path), executable, codec::sha256_hex(*contents));
        return {};
    });
    if (!walked) return std::unexpected(walked.error());
    return codec::sha256_hex(lines);
}

}  // namespace millrace::cli
