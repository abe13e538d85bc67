#include "services/lambda/code/tree.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <vector>

#include "codec/sha256.h"

namespace millrace::lambda {

namespace fs = std::filesystem;

namespace {

void add_file(const fs::path& path, const struct stat& status, std::vector<std::string>& lines, Tree& tree) {
    lines.push_back(fmt::format("{}\n{}\n{}.{:09}\n{:o}\n", path.native(), status.st_size,
                                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_mode));
    tree.bytes += status.st_size;
    ++tree.files;
}

Result<> walk(const std::string& root, std::vector<std::string>& lines, Tree& tree) {
    std::error_code error;
    fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        if (it->is_directory(error)) {
            if (is_no_code(it->path().filename().native())) it.disable_recursion_pending();
            continue;
        }
        struct stat status{};
        // Gone between listing and looking: the next look sees it.
        if (::stat(it->path().c_str(), &status) == 0) add_file(it->path(), status, lines, tree);
    }
    if (error) return fail_errno(fmt::format("read the directory {}", root), error.value());
    return {};
}

}  // namespace

bool is_no_code(std::string_view directory_name) {
    return directory_name == "__pycache__" || directory_name == ".git";
}

Result<Tree> look_at_tree(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return fail_errno(fmt::format("open {}", path), errno);
    Tree tree{.directory = S_ISDIR(status.st_mode)};
    std::vector<std::string> lines;
    if (!tree.directory) {
        add_file(path, status, lines, tree);
    } else if (Result<> walked = walk(path, lines, tree); !walked) {
        return std::unexpected(walked.error());
    }
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line;
    tree.fingerprint = codec::sha256(all);
    return tree;
}

}  // namespace millrace::lambda
