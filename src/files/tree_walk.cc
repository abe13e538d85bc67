#include "files/tree_walk.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "files/helpers.h"

namespace millrace::files {
namespace {

Result<std::vector<std::string>> sorted_names(const std::string& directory) {
    namespace fs = std::filesystem;
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator();
         it.increment(error))
        names.push_back(it->path().filename().string());
    if (error && error.value() != ENOENT) return fail_errno("read " + directory, error.value());
    std::ranges::sort(names);
    return names;
}

class TreeWalk {
  public:
    explicit TreeWalk(const std::function<Result<>(const TreeEntry&)>& visit) : visit_(visit) {}

    Result<> take(const std::string& path, const struct stat& found) {
        if (S_ISREG(found.st_mode)) return visit_({path, false, {}});
        if (!S_ISDIR(found.st_mode)) return {};
        const auto [entered, is_new] = entered_.try_emplace({found.st_dev, found.st_ino}, path);
        if (auto visited = visit_({path, true, is_new ? std::string() : entered->second});
            !visited || !is_new)
            return visited;
        const auto names = sorted_names(path);
        if (!names) return std::unexpected(names.error());
        for (const std::string& name : *names) {
            const std::string below = join(path, name);
            struct stat inner{};
            if (::stat(below.c_str(), &inner) != 0) continue;  // a link to nowhere, for one
            if (auto taken = take(below, inner); !taken) return taken;
        }
        return {};
    }

  private:
    const std::function<Result<>(const TreeEntry&)>& visit_;
    std::map<std::pair<dev_t, ino_t>, std::string> entered_;
};

}  // namespace

Result<> walk_tree(const std::string& root, const std::function<Result<>(const TreeEntry&)>& visit) {
    struct stat found{};
    if (::stat(root.c_str(), &found) != 0) return fail_errno("read " + root, errno);
    return TreeWalk(visit).take(root, found);
}

}  // namespace millrace::files
