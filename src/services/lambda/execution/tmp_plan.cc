#include "services/lambda/execution/tmp_plan.h"

#include <filesystem>
#include <ranges>
#include <set>
#include <string_view>

#include "base/units.h"

namespace millrace::lambda {
namespace {

constexpr std::string_view kTmp = "/tmp";

using Folders = std::set<std::string>;

void add_folder(const std::filesystem::path& path, Folders& folders) {
    auto part = path.begin();
    // "/", "tmp", and then the folder.
    if (std::distance(part, path.end()) < 3 || *part != "/" || *++part != kTmp.substr(1)) return;
    if (const std::string name = *++part; !name.empty()) folders.insert(name);
}

/// As it is written and, where links lead elsewhere, as it is.
void add_folders(const std::string& path, Folders& folders) {
    if (!path.starts_with('/')) return;
    add_folder(std::filesystem::path(path).lexically_normal(), folders);
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(path, error);
    if (!error) add_folder(real, folders);
}

}  // namespace

std::optional<SandboxTmp> plan_tmp(const Function& function, const std::vector<std::string>& needed) {
    Folders folders;
    std::error_code error;
    if (std::filesystem::canonical(kTmp, error) != kTmp) return std::nullopt;
    for (const std::string& path : needed) {
        if (std::filesystem::weakly_canonical(path, error) == kTmp) return std::nullopt;
        add_folders(path, folders);
    }
    add_folders(std::filesystem::current_path(error).string(), folders);
    for (const auto& [name, value] : function.environment) {
        for (const auto path : std::views::split(value, ':'))
            add_folders(std::string(path.begin(), path.end()), folders);
    }
    return SandboxTmp{.bytes = static_cast<std::uint64_t>(function.ephemeral_storage_mb) * 1_MiB,
                      .shown = {folders.begin(), folders.end()}};
}

}  // namespace millrace::lambda
