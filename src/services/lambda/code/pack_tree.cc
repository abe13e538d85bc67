#include "services/lambda/code/pack_tree.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

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

}  // namespace

Result<std::string> pack_tree(const std::string& directory) {
    std::error_code error;
    std::map<std::string, std::string> files;
    std::set<std::string> executable;
    std::uint64_t bytes = 0;
    auto it =
        fs::recursive_directory_iterator(directory, fs::directory_options::follow_directory_symlink, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        if (is_no_code(it->path().filename().string())) {
            it.disable_recursion_pending();
            continue;
        }
        std::error_code unreadable;
        if (!it->is_regular_file(unreadable)) continue;
        Result<std::string> contents = contents_of(it->path());
        if (!contents) return contents;
        bytes += contents->size();
        if (bytes > kUnzippedBytesMax || files.size() >= kZipEntriesMax) {
            return fail(ErrorCode::kResourceExhausted, "the directory is too large");
        }
        std::string name = it->path().lexically_relative(directory).generic_string();
        const auto mode = fs::status(it->path(), unreadable).permissions();
        if ((mode & fs::perms::owner_exec) != fs::perms::none) executable.insert(name);
        files.emplace(std::move(name), std::move(*contents));
    }
    if (error) return fail(ErrorCode::kIo, fmt::format("cannot read {}: {}", directory, error.message()));
    return write_zip(files, executable);
}

}  // namespace millrace::lambda
