#include "services/lambda/execution/tmp_plan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "base/units.h"

namespace millrace::lambda {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTmp = "/tmp";
/// Of the entries of a folder of code, and of folders in it, that are looked at for links: outer ones first.
constexpr int kEntriesMax = 2'000;
constexpr int kLevels = 3;  // "node_modules/@scope/package"

/// Names of folders in /tmp, each once, in their order.
using Folders = std::vector<std::string>;

void add_folder(const fs::path& path, Folders& folders) {
    auto part = path.begin();
    // "/", "tmp", and then the folder.
    if (std::distance(part, path.end()) < 3 || *part != "/" || *++part != kTmp.substr(1)) return;
    const std::string name = *++part;
    if (!name.empty() && std::ranges::find(folders, name) == folders.end()) folders.push_back(name);
}

/// As it is written and, where links lead elsewhere, as it is.
void add_folders(const fs::path& path, Folders& folders) {
    if (!path.is_absolute()) return;
    add_folder(path.lexically_normal(), folders);
    std::error_code error;
    const auto real = fs::weakly_canonical(path, error);
    if (!error) add_folder(real, folders);
}

void add_links_in(const std::string& code, Folders& folders) {
    std::error_code error;
    int left = kEntriesMax;
    std::vector<fs::path> level{code};
    for (int depth = 0; depth < kLevels; ++depth) {
        std::vector<fs::path> below;
        for (const fs::path& folder : level) {
            fs::directory_iterator entry(folder, error);
            for (; !error && entry != fs::end(entry) && left > 0; entry.increment(error), --left) {
                if (entry->is_symlink(error)) {
                    add_folders(entry->path(), folders);
                } else if (entry->is_directory(error)) {
                    below.push_back(entry->path());
                }
            }
        }
        level = std::move(below);
    }
}

/// "/tmp/x", "a:/tmp/x", "file:///tmp/%s", {"out": "/tmp/x"}; not "/var/tmp/x" and not "/tmp".
bool names_path_in_tmp(std::string_view text) {
    constexpr std::string_view kBegin = "/tmp/";
    constexpr std::string_view kEnd = "\"' \t\n,;:)]}";
    const auto belongs_to_name = [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_' || letter == '.' || letter == '-';
    };
    for (auto at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
        const auto after = at + kBegin.size();
        const bool begins = at == 0 || !belongs_to_name(static_cast<unsigned char>(text[at - 1]));
        if (begins && after < text.size() && !kEnd.contains(text[after])) return true;
    }
    return false;
}

/// These name a place for what nobody else looks at.
bool is_for_scratch(std::string_view variable) {
    constexpr std::array<std::string_view, 4> kNames{"HOME", "TMPDIR", "TMP", "TEMP"};
    return std::ranges::find(kNames, variable) != kNames.end();
}

bool knows_path_in_tmp(const Function& function) {
    return std::ranges::any_of(function.environment, [](const auto& variable) {
        const auto& [name, value] = variable;
        if (value == kTmp || value == "/tmp/") return !is_for_scratch(name);
        Folders folders;
        add_folders(value, folders);
        return !folders.empty() || names_path_in_tmp(value);
    });
}

}  // namespace

std::optional<SandboxTmp> plan_tmp(const Function& function, const std::string& code,
                                   const std::vector<std::string>& needed) {
    std::error_code error;
    if (fs::canonical(kTmp, error) != kTmp || knows_path_in_tmp(function)) return std::nullopt;
    Folders folders;
    add_folders(code, folders);
    for (const std::string& path : needed) {
        if (fs::weakly_canonical(path, error) == kTmp) return std::nullopt;
        add_folders(path, folders);
    }
    if (fs::weakly_canonical(code, error) == kTmp) return std::nullopt;
    add_folders(fs::current_path(error), folders);
    if (function.code.kind == CodeReference::Kind::kLocal) add_links_in(code, folders);
    return SandboxTmp{.bytes = static_cast<std::uint64_t>(function.ephemeral_storage_mb) * 1_MiB,
                      .shown = std::move(folders)};
}

}  // namespace millrace::lambda
