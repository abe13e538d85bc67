#include "services/lambda/code/package_check.h"

#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "codec/sha256.h"
#include "files/helpers.h"
#include "services/lambda/code/code_store.h"
#include "services/lambda/code/unzip.h"
#include "services/lambda/records/layer_version.h"
#include "storage/catalog/catalog_survey.h"

namespace millrace::lambda {
namespace {

using storage::Finding;

/// Names of the functions and layers that use a package, by its SHA-256.
using Users = std::map<std::string, std::set<std::string>>;

Users users_of_packages(const storage::CatalogMap::Pairs& pairs) {
    Users users;
    const auto add = [&](const CodeReference& code, const std::string& name, const aws::Scope& scope) {
        if (code.kind != CodeReference::Kind::kPackage) return;
        users[code.sha256].insert(fmt::format("{} ({}, {})", name, scope.account, scope.region));
    };
    const auto add_function = [&](const std::string&, const std::string& value) {
        const auto function = function_from_json(value);
        if (!function) return;
        const std::string name =
            function->is_latest() ? function->name : fmt::format("{}:{}", function->name, function->version);
        add(function->code, name, function->scope);
        for (const LayerReference& layer : function->layers) add(layer.code, name, function->scope);
    };
    storage::for_each_below(pairs, kFunctionsPrefix, add_function);
    storage::for_each_below(pairs, kVersionsPrefix, add_function);
    storage::for_each_below(pairs, kLayerVersionsPrefix, [&](const std::string&, const std::string& value) {
        const auto layer = LayerVersion::from_json(value);
        if (layer) add(layer->code, fmt::format("layer {}:{}", layer->name, layer->version), layer->scope);
    });
    return users;
}

/// The SHA-256 that a package's file is named by; empty for another file.
std::string sha256_of_name(const std::string& name) {
    return name.ends_with(kPackageSuffix) ? name.substr(0, name.size() - kPackageSuffix.size()) : "";
}

/// The package if it is whole.
Result<std::string> read_package(files::FileSystem& files, const std::string& path,
                                 const std::string& sha256) {
    auto package = files::read_file(files, path, kZippedBytesMax);
    if (package && codec::sha256_hex(*package) != sha256)
        return fail(ErrorCode::kCorruption,
                    "the package is not what was written: its SHA-256 is not its name");
    return package;
}

}  // namespace

std::vector<Finding> check_packages(files::FileSystem& files, const std::string& data_directory,
                                    const storage::CatalogMap::Pairs& pairs) {
    std::vector<Finding> findings;
    const std::string directory = packages_directory(data_directory);
    Users users = users_of_packages(pairs);
    if (const auto entries = files.list(directory)) {
        for (const files::DirectoryEntry& entry : *entries) {
            const std::string sha256 = sha256_of_name(entry.name);
            if (sha256.empty()) continue;
            const std::string path = files::join(directory, entry.name);
            const auto used = users.extract(sha256);
            const auto package = read_package(files, path, sha256);
            if (package) continue;
            Finding finding{.file = path, .what = package.error().message};
            if (used.empty()) {
                finding.severity = Finding::Severity::kNote;
                finding.what += "; no function uses it, and the next start removes it";
            } else {
                finding.what += fmt::format("; it is the code of {}", fmt::join(used.mapped(), " and "));
            }
            findings.push_back(std::move(finding));
        }
    }
    for (const auto& [sha256, functions] : users) {
        findings.push_back({.file = files::join(directory, sha256 + std::string{kPackageSuffix}),
                            .what = fmt::format("the package is missing; it is the code of {}",
                                                fmt::join(functions, " and "))});
    }
    return findings;
}

Result<std::size_t> copy_packages(files::FileSystem& files, const std::string& from, const std::string& to) {
    const auto entries = files.list(packages_directory(from));
    if (!entries) return 0;
    if (auto made = files::create_directories(files, packages_directory(to)); !made)
        return std::unexpected(std::move(made.error()));
    std::size_t copied = 0;
    for (const files::DirectoryEntry& entry : *entries) {
        const std::string sha256 = sha256_of_name(entry.name);
        if (sha256.empty()) continue;
        const auto package = read_package(files, files::join(packages_directory(from), entry.name), sha256);
        if (!package) continue;
        const std::string path = files::join(packages_directory(to), entry.name);
        if (auto written = files::write_file_atomically(files, path, *package); !written)
            return std::unexpected(std::move(written.error()));
        ++copied;
    }
    return copied;
}

}  // namespace millrace::lambda
