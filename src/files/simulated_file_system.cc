#include "files/simulated_file_system.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/assert.h"
#include "base/mutex.h"
#include "files/helpers.h"

namespace millrace::files {
namespace {

constexpr std::size_t kSectorBytes = 512;

struct Change {
    bool truncates;
    std::uint64_t position;  ///< or the new size
    std::string bytes;
};

void make(const Change& change, std::string& contents) {
    if (change.truncates) return contents.resize(change.position);
    const std::size_t end = change.position + change.bytes.size();
    if (contents.size() < end) contents.resize(end);
    contents.replace(change.position, change.bytes.size(), change.bytes);
}

}  // namespace

struct SimulatedFileSystem::Node {
    FileKind kind = FileKind::kRegular;
    std::string current;
    std::string durable;
    std::vector<Change> unsynced;
    std::int64_t changes = 0;
    std::uint64_t reserved = 0;  ///< room kept, from the file's beginning

    [[nodiscard]] std::uint64_t room() const { return std::max<std::uint64_t>(current.size(), reserved); }

    void change(Change what) {
        make(what, current);
        unsynced.push_back(std::move(what));
        ++changes;
    }

    void persist_all() {
        for (const Change& change : unsynced) make(change, durable);
        unsynced.clear();
    }

    /// Any of it may have reached the disk, sector by sector, or an orderly part, or nothing.
    void persist_some(Random& random) {
        const std::uint64_t mood = random.next() % 4;
        for (const Change& change : std::exchange(unsynced, {})) {
            if (mood == 0 || (mood == 1 && random.next() % 2 == 0)) break;
            if (mood < 3 || change.truncates) {
                if (mood < 3 || random.next() % 2 == 0) make(change, durable);
                continue;
            }
            for (std::size_t at = 0; at < change.bytes.size();) {
                const std::size_t length =
                    std::min(kSectorBytes - (change.position + at) % kSectorBytes, change.bytes.size() - at);
                if (random.next() % 2 == 0)
                    make({false, change.position + at, change.bytes.substr(at, length)}, durable);
                at += length;
            }
        }
    }
};

struct SimulatedFileSystem::World {
    using Names = std::map<std::string, std::shared_ptr<Node>>;
    /// A name that came (node) or went (nullptr) without the directory being synced since.
    struct Renaming {
        std::string directory;
        std::vector<std::pair<std::string, std::shared_ptr<Node>>> names;
    };

    explicit World(Random& r) : random(r) {
        names["/"] = std::make_shared<Node>(Node{FileKind::kDirectory, {}, {}, {}, 0});
        durable_names = names;
    }

    Mutex mutex;
    Random& random GUARDED_BY(mutex);
    Names names GUARDED_BY(mutex);
    Names durable_names GUARDED_BY(mutex);
    std::vector<Renaming> unsynced_names GUARDED_BY(mutex);
    std::set<std::string> locked GUARDED_BY(mutex);
    std::uint64_t life GUARDED_BY(mutex) = 0;  ///< open files and locks belong to one
    std::uint64_t calls GUARDED_BY(mutex) = 0;
    std::uint64_t fail_from GUARDED_BY(mutex) = 0;
    std::uint64_t fail_until GUARDED_BY(mutex) = 0;
    int fail_errno_value GUARDED_BY(mutex) = 0;
    std::uint64_t crash_at GUARDED_BY(mutex) = 0;
    bool powerless GUARDED_BY(mutex) = false;
    std::uint64_t capacity GUARDED_BY(mutex) = std::numeric_limits<std::uint64_t>::max();
    bool can_reserve GUARDED_BY(mutex) = true;

    /// Counts the call; the planned failure if it is its turn.
    std::optional<int> failure() REQUIRES(mutex) {
        ++calls;
        if (calls == crash_at) {
            lose_power();
            powerless = true;
        }
        if (powerless) return EIO;
        if (calls >= fail_from && calls < fail_until) return fail_errno_value;
        return std::nullopt;
    }

    std::shared_ptr<Node> find(const std::string& path) REQUIRES(mutex) {
        const auto found = names.find(path);
        return found == names.end() ? nullptr : found->second;
    }

    void rename_all(Renaming what) REQUIRES(mutex) {
        apply(what, names);
        unsynced_names.push_back(std::move(what));
    }

    static void apply(const Renaming& what, Names& to) {
        for (const auto& [path, node] : what.names) {
            if (node) {
                to[path] = node;
            } else {
                to.erase(path);
            }
        }
    }

    std::uint64_t used() REQUIRES(mutex) {
        std::uint64_t bytes = 0;
        std::set<const Node*> counted;  // a file with two names takes its space once
        for (const auto& [path, node] : names) {
            if (counted.insert(node.get()).second) bytes += node->room();
        }
        return bytes;
    }

    /// A directory that is empty, or what is not there.
    bool holds_nothing(const std::string& path) REQUIRES(mutex) {
        const auto next = names.lower_bound(path + "/");
        return next == names.end() || !next->first.starts_with(path + "/");
    }

    void lose_power() REQUIRES(mutex) {
        std::set<std::string> cut;  // directories of which no later change survives
        for (const Renaming& renaming : unsynced_names) {
            if (cut.contains(renaming.directory)) continue;
            if (random.next() % 3 == 0) {
                cut.insert(renaming.directory);
            } else {
                apply(renaming, durable_names);
            }
        }
        unsynced_names.clear();
        // In the order of names: what lies below a directory that did not survive is gone with it.
        names.clear();
        for (const auto& [path, node] : durable_names) {
            if (path != "/" && !names.contains(parent_of(path))) continue;
            names.emplace(path, node);
            node->persist_some(random);
            node->current = node->durable;
            node->reserved = 0;
        }
        durable_names = names;
        end_life();
    }

    void persist_names(const std::string& directory) REQUIRES(mutex) {
        for (const Renaming& renaming : unsynced_names) {
            if (renaming.directory == directory) apply(renaming, durable_names);
        }
        std::erase_if(unsynced_names,
                      [&](const Renaming& renaming) { return renaming.directory == directory; });
    }

    void end_life() REQUIRES(mutex) {
        ++life;
        locked.clear();
    }
};

class SimulatedFileSystem::OpenFile final : public File {
  public:
    OpenFile(std::shared_ptr<World> world, std::shared_ptr<Node> node, std::string path, std::uint64_t life)
        : world_(std::move(world)), node_(std::move(node)), path_(std::move(path)), life_(life) {}

    Result<> write_at(std::uint64_t position, std::span<const std::string_view> pieces) override {
        const MutexLock lock{world_->mutex};
        std::string bytes;
        for (const std::string_view piece : pieces) bytes += piece;
        if (auto failed = failure()) {
            if (life_ == world_->life) {
                bytes.resize(world_->random.next() % (bytes.size() + 1));
                node_->change({false, position, std::move(bytes)});
            }
            return fail_errno("write " + path_, *failed);
        }
        const std::uint64_t end = position + bytes.size();
        const std::uint64_t others = world_->used() - node_->room();
        if (end > node_->room() && others + end > world_->capacity) {
            const std::uint64_t room =
                std::max(node_->room(), world_->capacity > others ? world_->capacity - others : 0);
            bytes.resize(room > position ? std::min<std::uint64_t>(room - position, bytes.size()) : 0);
            node_->change({false, position, std::move(bytes)});
            return fail_errno("write " + path_, ENOSPC);
        }
        node_->change({false, position, std::move(bytes)});
        return {};
    }

    Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) override {
        const MutexLock lock{world_->mutex};
        if (auto failed = failure()) return fail_errno("read " + path_, *failed);
        if (position >= node_->current.size()) return 0;
        const std::size_t count =
            std::min(into.size(), static_cast<std::size_t>(node_->current.size() - position));
        std::copy_n(node_->current.data() + position, count, into.data());
        return count;
    }

    Result<> sync() override {
        const MutexLock lock{world_->mutex};
        if (auto failed = failure()) {
            if (life_ == world_->life) node_->persist_some(world_->random);
            return fail_errno("sync " + path_, *failed);
        }
        node_->persist_all();
        return {};
    }

    Result<> truncate(std::uint64_t size) override {
        const MutexLock lock{world_->mutex};
        if (auto failed = failure()) return fail_errno("truncate " + path_, *failed);
        node_->change({true, size, {}});
        node_->reserved = 0;
        return {};
    }

    Result<> reserve(std::uint64_t position, std::uint64_t bytes) override {
        const MutexLock lock{world_->mutex};
        if (auto failed = failure()) return fail_errno("reserve space for " + path_, *failed);
        if (!world_->can_reserve) return {};
        const std::uint64_t end = std::max(position + bytes, node_->room());
        if (end > node_->room() && world_->used() - node_->room() + end > world_->capacity)
            return fail_errno("reserve space for " + path_, ENOSPC);
        node_->reserved = end;
        return {};
    }

    Result<std::uint64_t> size() override {
        const MutexLock lock{world_->mutex};
        if (auto failed = failure()) return fail_errno("inspect " + path_, *failed);
        return node_->current.size();
    }

  private:
    std::optional<int> failure() REQUIRES(world_->mutex) {
        auto planned = world_->failure();
        return life_ == world_->life ? planned : EIO;
    }

    std::shared_ptr<World> world_;
    std::shared_ptr<Node> node_;
    std::string path_;
    std::uint64_t life_;
};

class SimulatedFileSystem::OpenDirectory final : public Directory {
  public:
    OpenDirectory(std::shared_ptr<World> world, std::string path, std::uint64_t life)
        : world_(std::move(world)), path_(std::move(path)), life_(life) {}

    Result<> sync() override {
        const MutexLock lock{world_->mutex};
        auto failed = world_->failure();
        if (life_ != world_->life) failed = EIO;
        if (failed) return fail_errno("sync directory " + path_, *failed);
        world_->persist_names(path_);
        return {};
    }

  private:
    std::shared_ptr<World> world_;
    std::string path_;
    std::uint64_t life_;
};

class SimulatedFileSystem::Lock final : public FileLock {
  public:
    Lock(std::shared_ptr<World> world, std::string path, std::uint64_t life)
        : world_(std::move(world)), path_(std::move(path)), life_(life) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() override {
        const MutexLock lock{world_->mutex};
        if (life_ == world_->life) world_->locked.erase(path_);
    }

  private:
    std::shared_ptr<World> world_;
    std::string path_;
    std::uint64_t life_;
};

SimulatedFileSystem::SimulatedFileSystem(Random& random) : world_(std::make_shared<World>(random)) {}

SimulatedFileSystem::~SimulatedFileSystem() = default;

Result<std::unique_ptr<File>> SimulatedFileSystem::open(const std::string& path, OpenMode mode,
                                                        unsigned /*permissions*/) {
    const MutexLock lock{world_->mutex};
    const bool creates = mode == OpenMode::kCreate || mode == OpenMode::kCreateNew;
    const std::string action = (creates ? "create " : "open ") + path;
    if (auto failed = world_->failure()) return fail_errno(action, *failed);
    auto node = world_->find(path);
    if (node && mode == OpenMode::kCreateNew) return fail_errno(action, EEXIST);
    if (node && node->kind == FileKind::kDirectory) return fail_errno(action, EISDIR);
    if (!node) {
        if (!creates || !world_->find(parent_of(path))) return fail_errno(action, ENOENT);
        node = std::make_shared<Node>();
        world_->rename_all({parent_of(path), {{path, node}}});
    }
    return std::make_unique<OpenFile>(world_, std::move(node), path, world_->life);
}

Result<FileInfo> SimulatedFileSystem::info(const std::string& path) {
    const MutexLock lock{world_->mutex};
    if (auto failed = world_->failure()) return fail_errno("inspect " + path, *failed);
    const auto node = world_->find(path);
    if (!node) return fail_errno("inspect " + path, ENOENT);
    return FileInfo{node->kind, node->current.size(), node->changes};
}

Result<std::vector<DirectoryEntry>> SimulatedFileSystem::list(const std::string& directory) {
    const MutexLock lock{world_->mutex};
    if (auto failed = world_->failure()) return fail_errno("list " + directory, *failed);
    const auto node = world_->find(directory);
    if (!node) return fail_errno("list " + directory, ENOENT);
    if (node->kind != FileKind::kDirectory) return fail_errno("list " + directory, ENOTDIR);
    std::vector<DirectoryEntry> entries;
    for (const auto& [path, child] : world_->names) {
        if (path != "/" && parent_of(path) == directory) {
            entries.push_back({path.substr(path.rfind('/') + 1), child->kind});
        }
    }
    return entries;
}

Result<> SimulatedFileSystem::create_directory(const std::string& path) {
    const MutexLock lock{world_->mutex};
    const std::string action = "create directory " + path;
    if (auto failed = world_->failure()) return fail_errno(action, *failed);
    if (world_->find(path)) return fail_errno(action, EEXIST);
    if (!world_->find(parent_of(path))) return fail_errno(action, ENOENT);
    auto node = std::make_shared<Node>();
    node->kind = FileKind::kDirectory;
    world_->rename_all({parent_of(path), {{path, std::move(node)}}});
    return {};
}

Result<> SimulatedFileSystem::rename(const std::string& from, const std::string& to) {
    const MutexLock lock{world_->mutex};
    const std::string action = "rename " + from + " to " + to;
    if (auto failed = world_->failure()) return fail_errno(action, *failed);
    if (!world_->find(from) || !world_->find(parent_of(to))) return fail_errno(action, ENOENT);
    if (!world_->holds_nothing(to)) return fail_errno(action, ENOTEMPTY);
    World::Renaming moved{parent_of(to), {}};
    for (const auto& [path, node] : world_->names) {
        if (path != from && !path.starts_with(from + "/")) continue;
        moved.names.emplace_back(to + path.substr(from.size()), node);
        moved.names.emplace_back(path, nullptr);
    }
    world_->rename_all(std::move(moved));
    return {};
}

Result<> SimulatedFileSystem::link(const std::string& from, const std::string& to) {
    const MutexLock lock{world_->mutex};
    const std::string action = "link " + from + " to " + to;
    if (auto failed = world_->failure()) return fail_errno(action, *failed);
    auto node = world_->find(from);
    if (!node || !world_->find(parent_of(to))) return fail_errno(action, ENOENT);
    if (world_->find(to)) return fail_errno(action, EEXIST);
    world_->rename_all({parent_of(to), {{to, std::move(node)}}});
    return {};
}

Result<> SimulatedFileSystem::remove(const std::string& path) {
    const MutexLock lock{world_->mutex};
    if (auto failed = world_->failure()) return fail_errno("remove " + path, *failed);
    const auto node = world_->find(path);
    if (!node) return fail_errno("remove " + path, ENOENT);
    if (!world_->holds_nothing(path)) return fail_errno("remove " + path, ENOTEMPTY);
    world_->rename_all({parent_of(path), {{path, nullptr}}});
    return {};
}

Result<> SimulatedFileSystem::sync_directory(const std::string& path) {
    const MutexLock lock{world_->mutex};
    if (auto failed = world_->failure()) return fail_errno("sync directory " + path, *failed);
    if (!world_->find(path)) return fail_errno("open directory " + path, ENOENT);
    world_->persist_names(path);
    return {};
}

Result<std::unique_ptr<Directory>> SimulatedFileSystem::open_directory(const std::string& path) {
    const MutexLock lock{world_->mutex};
    if (auto failed = world_->failure()) return fail_errno("open directory " + path, *failed);
    if (!world_->find(path)) return fail_errno("open directory " + path, ENOENT);
    return std::make_unique<OpenDirectory>(world_, path, world_->life);
}

Result<std::unique_ptr<FileLock>> SimulatedFileSystem::lock(const std::string& path) {
    const MutexLock lock{world_->mutex};
    if (auto failed = world_->failure()) return fail_errno("create " + path, *failed);
    if (!world_->find(parent_of(path))) return fail_errno("create " + path, ENOENT);
    if (!world_->locked.insert(path).second) return fail(ErrorCode::kUnavailable, "4711");
    if (!world_->find(path)) world_->rename_all({parent_of(path), {{path, std::make_shared<Node>()}}});
    return std::make_unique<Lock>(world_, path, world_->life);
}

void SimulatedFileSystem::crash() {
    const MutexLock lock{world_->mutex};
    if (!world_->powerless) world_->lose_power();
    world_->powerless = false;
    world_->crash_at = 0;
}

void SimulatedFileSystem::crash_at_call(std::uint64_t n) {
    const MutexLock lock{world_->mutex};
    world_->crash_at = world_->calls + n;
}

void SimulatedFileSystem::kill() {
    const MutexLock lock{world_->mutex};
    world_->end_life();
}

void SimulatedFileSystem::fail_call(std::uint64_t n, int errno_value, std::uint64_t count) {
    const MutexLock lock{world_->mutex};
    world_->fail_from = n == 0 ? 0 : world_->calls + n;
    world_->fail_until = n == 0 ? 0 : world_->fail_from + count;
    world_->fail_errno_value = errno_value;
}

std::uint64_t SimulatedFileSystem::calls() const {
    const MutexLock lock{world_->mutex};
    return world_->calls;
}

void SimulatedFileSystem::set_capacity(std::uint64_t bytes) {
    const MutexLock lock{world_->mutex};
    world_->capacity = bytes;
}

void SimulatedFileSystem::set_can_reserve(bool can) {
    const MutexLock lock{world_->mutex};
    world_->can_reserve = can;
}

std::uint64_t SimulatedFileSystem::used() const {
    const MutexLock lock{world_->mutex};
    return world_->used();
}

void SimulatedFileSystem::damage(const std::string& path, std::uint64_t position) {
    const MutexLock lock{world_->mutex};
    const auto node = world_->find(path);
    MILLRACE_ASSERT(node != nullptr && position < node->current.size());
    for (std::string* contents : {&node->current, &node->durable}) {
        if (position < contents->size())
            (*contents)[position] = static_cast<char>((*contents)[position] ^ 0x10);
    }
}

}  // namespace millrace::files
