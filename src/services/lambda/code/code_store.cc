#include "services/lambda/code/code_store.h"

#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "codec/sha256.h"
#include "files/helpers.h"
#include "services/lambda/code/pack_tree.h"
#include "services/lambda/code/tree.h"
#include "services/lambda/code/unzip.h"
#include "services/lambda/code/write_error.h"

namespace millrace::lambda {

namespace {

constexpr const char* kPackagesName = "code";  // below the data directory

/// A tree with more files than this is too much to look at before every invocation.
constexpr std::size_t kFilesLookedAtEveryTime = 500;
constexpr Seconds kLookAtLargeTreesEvery{1};

struct LastLook {
    std::string fingerprint;
    MonotonicTime when;
    std::size_t files = 0;
};

}  // namespace

std::string packages_directory(const std::string& data_directory) {
    return files::join(data_directory, "code");
}

// Shared with the tasks in the background, which may end after the store.
struct CodeStore::Shared : std::enable_shared_from_this<CodeStore::Shared> {
    files::FileSystem& files;
    std::string packages;
    std::string unpacked;
    Executor& home;
    Executor& background;
    // Touched on the home executor only.
    std::set<std::string> ready = {};  // packages unpacked by this process
    std::unordered_map<std::string, LastLook> looks = {};
    bool closed = false;

    Shared(files::FileSystem& file_system, const std::string& data_dir, Executor& home_executor,
           Executor& background_executor)
        : files(file_system),
          packages(packages_directory(data_dir)),
          unpacked(files::join(data_dir, "functions")),
          home(home_executor),
          background(background_executor) {}

    [[nodiscard]] std::string package_path(const std::string& sha256) const {
        return files::join(packages, sha256 + std::string{kPackageSuffix});
    }
    [[nodiscard]] std::string root_of(const std::string& sha256) const {
        return files::join(unpacked, sha256);
    }

    // Below: on the background executor.

    Result<CodeReference> keep(const std::string& zip) {
        // What comes by S3 may be larger than what a request may hold.
        if (zip.size() > kUnzippedBytesMax)
            return fail(ErrorCode::kResourceExhausted, "the archive is too large");
        const std::string digest = codec::sha256(zip);
        CodeReference code{.kind = CodeReference::Kind::kPackage,
                           .sha256 = codec::hex_encode(digest),
                           .code_sha256 = codec::base64_encode(digest),
                           .size = static_cast<std::int64_t>(zip.size())};
        // Unpacked first: what cannot be unpacked is not kept.
        if (Result<> done = unpack(zip, code.sha256); !done) return std::unexpected(done.error());
        if (Result<> done = files::write_file_atomically(files, package_path(code.sha256), zip); !done)
            return write_error(done.error());
        return code;
    }

    Result<> unpack(const std::string& zip, const std::string& sha256) {
        const std::string root = root_of(sha256);
        if (files::exists(files, root)) return {};
        Result<std::string> aside = files::make_temporary_directory("unpacking-", unpacked);
        if (!aside) return write_error(aside.error());
        Result<> done = unzip(zip, *aside);
        if (done) {
            ::chmod(aside->c_str(), 0755);
            if (Result<> renamed = files.rename(*aside, root); !renamed) done = write_error(renamed.error());
        }
        if (!done) static_cast<void>(files::remove_tree(files, *aside));
        return done;
    }

    Result<PreparedCode> unpack_kept(const std::string& sha256) {
        Result<std::string> zip = files::read_file(files, package_path(sha256));
        if (!zip) return std::unexpected(zip.error());
        if (Result<> done = unpack(*zip, sha256); !done) return std::unexpected(done.error());
        return PreparedCode{.task_root = root_of(sha256)};
    }

    Result<CodeReference> describe(const std::string& path) {
        Result<Tree> tree = look_at_tree(path);
        if (!tree) return std::unexpected(tree.error());
        if (!tree->directory) {
            if (Result<PreparedCode> unpacked_code = prepare_local(path); !unpacked_code) {
                return std::unexpected(unpacked_code.error());
            }
        }
        return CodeReference{.kind = CodeReference::Kind::kLocal,
                             .path = path,
                             .code_sha256 = codec::base64_encode(tree->fingerprint),
                             .size = tree->bytes};
    }

    Result<PreparedCode> prepare_local(const std::string& path) {
        Result<Tree> tree = look_at_tree(path);
        if (!tree) return std::unexpected(tree.error());
        if (tree->directory) return PreparedCode{.task_root = path, .fingerprint = tree->fingerprint};
        Result<std::string> zip = pack_file(files, path);
        if (!zip) return std::unexpected(zip.error());
        const std::string sha256 = codec::sha256_hex(*zip);
        if (Result<> done = unpack(*zip, sha256); !done) return std::unexpected(done.error());
        return PreparedCode{.task_root = root_of(sha256), .fingerprint = tree->fingerprint};
    }

    Result<CodeReference> freeze_local(const std::string& path) {
        Result<Tree> tree = look_at_tree(path);
        if (!tree) return std::unexpected(tree.error());
        Result<std::string> zip = tree->directory ? pack_tree(path) : pack_file(files, path);
        if (!zip) return std::unexpected(zip.error());
        return keep(*zip);
    }

    // Later layers replace what earlier ones have.
    Result<std::string> merge_layers(const std::vector<std::string>& layers) {
        std::vector<std::string> roots;
        std::string names;
        for (const std::string& sha256 : layers) {
            Result<PreparedCode> layer = unpack_kept(sha256);
            if (!layer) return std::unexpected(layer.error());
            roots.push_back(std::move(layer->task_root));
            names += sha256 + '\n';
        }
        if (roots.size() == 1) return roots.front();
        const std::string root = root_of("layers-" + codec::sha256_hex(names));
        if (files::exists(files, root)) return root;
        Result<std::string> aside = files::make_temporary_directory("merging-", unpacked);
        if (!aside) return std::unexpected(aside.error());
        Result<> done = copy_over(roots, *aside);
        if (done) {
            ::chmod(aside->c_str(), 0755);
            done = files.rename(*aside, root);
        }
        if (!done) {
            static_cast<void>(files::remove_tree(files, *aside));
            return std::unexpected(done.error());
        }
        return root;
    }

    static Result<> copy_over(const std::vector<std::string>& roots, const std::string& directory) {
        constexpr auto kHow = std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing |
                              std::filesystem::copy_options::copy_symlinks;
        for (const std::string& root : roots) {
            std::error_code error;
            std::filesystem::copy(root, directory, kHow, error);
            if (error) {
                return fail(ErrorCode::kIo,
                            fmt::format("cannot lay the layers over each other: {}", error.message()));
            }
        }
        return {};
    }

    Result<std::vector<files::SnapshotFile>> link_packages(const std::string& directory) {
        const std::string copies = files::join(directory, kPackagesName);
        if (Result<> made = files.create_directory(copies); !made) return std::unexpected(made.error());
        auto entries = files.list(packages);
        if (!entries) return std::unexpected(entries.error());
        std::vector<files::SnapshotFile> linked;
        for (const files::DirectoryEntry& entry : *entries) {
            if (!entry.name.ends_with(kPackageSuffix)) continue;  // what a kill left half written
            const std::string copy = files::join(copies, entry.name);
            if (Result<> made = files.link(files::join(packages, entry.name), copy); !made)
                return std::unexpected(made.error());
            const auto info = files.info(copy);
            if (!info) return std::unexpected(info.error());
            linked.push_back({files::join(kPackagesName, entry.name), info->size});
        }
        return linked;
    }

    // Runs `work` in the background and `done` with its result at home.
    template <class T, class Work, class Done>
    void run(Work work, Done done) {
        background.post([self = shared_from_this(), work = std::move(work),
                         done = std::move(done)]() mutable {
            Result<T> result = work(*self);
            Executor& to = self->home;
            to.post([self = std::move(self), result = std::move(result), done = std::move(done)]() mutable {
                if (!self->closed) done(std::move(result));
            });
        });
    }
};

CodeStore::CodeStore(files::FileSystem& files, std::string data_dir, Executor& home, Executor& background)
    : shared_(std::make_shared<Shared>(files, data_dir, home, background)) {}

CodeStore::~CodeStore() {
    shared_->closed = true;
}

Result<> CodeStore::open() {
    Shared& s = *shared_;
    if (Result<> made = files::create_directories(s.files, s.packages); !made) return made;
    // Whoever made them: a package is only as durable as the directories that it lies in.
    const std::string code = files::parent_of(s.packages);
    for (const std::string& above : {files::parent_of(code), code}) {
        if (Result<> synced = s.files.sync_directory(above); !synced) return synced;
    }
    if (files::exists(s.files, s.unpacked)) {
        // Large trees are removed in the background, under another name.
        const std::string old = s.unpacked + ".old";
        if (Result<> gone = files::remove_tree(s.files, old); !gone) return gone;
        if (Result<> moved = s.files.rename(s.unpacked, old); !moved) return moved;
        s.background.post(
            [shared = shared_, old] { static_cast<void>(files::remove_tree(shared->files, old)); });
    }
    return files::create_directories(s.files, s.unpacked);
}

void CodeStore::store(std::string zip, StoreDone done) {
    shared_->run<CodeReference>(
        [zip = std::move(zip)](Shared& shared) { return shared.keep(zip); },
        [shared = shared_, done = std::move(done)](Result<CodeReference> result) mutable {
            if (result) shared->ready.insert(result->sha256);
            done(std::move(result));
        });
}

void CodeStore::describe_local(std::string path, StoreDone done) {
    shared_->run<CodeReference>([path = std::move(path)](Shared& shared) { return shared.describe(path); },
                                std::move(done));
}

void CodeStore::prepare(const CodeReference& code, std::move_only_function<void(Result<PreparedCode>)> done) {
    if (code.kind == CodeReference::Kind::kLocal) {
        shared_->run<PreparedCode>([path = code.path](Shared& shared) { return shared.prepare_local(path); },
                                   std::move(done));
        return;
    }
    if (shared_->ready.contains(code.sha256)) {
        done(PreparedCode{.task_root = shared_->root_of(code.sha256)});
        return;
    }
    shared_->run<PreparedCode>([sha256 = code.sha256](Shared& shared) { return shared.unpack_kept(sha256); },
                               [shared = shared_, sha256 = code.sha256,
                                done = std::move(done)](Result<PreparedCode> result) mutable {
                                   if (result) shared->ready.insert(sha256);
                                   done(std::move(result));
                               });
}

void CodeStore::prepare(const Function& function, Prepared done) {
    if (function.layers.empty()) return prepare(function.code, std::move(done));
    std::vector<std::string> layers;
    for (const LayerReference& layer : function.layers) layers.push_back(layer.code.sha256);
    auto with_code = [shared = shared_, layers = std::move(layers),
                      done = std::move(done)](Result<PreparedCode> code) mutable {
        if (!code) return done(std::move(code));
        shared->run<PreparedCode>(
            [layers = std::move(layers), prepared = std::move(*code)](Shared& s) -> Result<PreparedCode> {
                Result<std::string> root = s.merge_layers(layers);
                if (!root) return std::unexpected(root.error());
                return PreparedCode{prepared.task_root, *root, prepared.fingerprint};
            },
            std::move(done));
    };
    prepare(function.code, std::move(with_code));
}

void CodeStore::freeze(const CodeReference& code, StoreDone done) {
    if (code.kind == CodeReference::Kind::kPackage) return done(code);
    shared_->run<CodeReference>([path = code.path](Shared& shared) { return shared.freeze_local(path); },
                                std::move(done));
}

void CodeStore::read_package(std::string sha256, PackageDone done) {
    shared_->run<std::string>(
        [sha256 = std::move(sha256)](Shared& shared) -> Result<std::string> {
            const std::string path = shared.package_path(sha256);
            if (sha256.empty() || !files::exists(shared.files, path))
                return fail(ErrorCode::kNotFound, "there is no such package");
            return files::read_file(shared.files, path);
        },
        std::move(done));
}

bool CodeStore::changed(const CodeReference& code, const std::string& fingerprint, MonotonicTime now) {
    if (code.kind != CodeReference::Kind::kLocal) return false;
    LastLook& look = shared_->looks[code.path];
    const bool large = look.files > kFilesLookedAtEveryTime;
    if (!large || now - look.when >= kLookAtLargeTreesEvery) {
        Result<Tree> tree = look_at_tree(code.path);
        // A path that is gone is said when the next process starts.
        look = tree ? LastLook{tree->fingerprint, now, tree->files} : LastLook{{}, now, 0};
    }
    return look.fingerprint != fingerprint;
}

void CodeStore::keep_only(std::set<std::string> sha256) {
    shared_->background.post([shared = shared_, used = std::move(sha256)] {
        auto entries = shared->files.list(shared->packages);
        if (!entries) return;
        for (const files::DirectoryEntry& entry : *entries) {
            const std::string name = entry.name.substr(0, entry.name.find('.'));
            if (used.contains(name)) continue;
            if (Result<> removed = shared->files.remove(files::join(shared->packages, entry.name));
                !removed) {
                log(LogLevel::kWarn, "cannot remove an unused package", {{"error", removed.error().message}});
            }
        }
    });
}

void CodeStore::snapshot(std::string directory, files::SnapshotDone done) {
    shared_->run<std::vector<files::SnapshotFile>>(
        [directory = std::move(directory)](Shared& shared) { return shared.link_packages(directory); },
        std::move(done));
}

}  // namespace millrace::lambda
