#include "storage/archive/archive_plan.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace millrace::storage {
namespace {

/// The oldest segments, when enough are sealed.
std::optional<ArchivePass> plan_segments(const LogIndex& index, const ArchivePolicy& policy,
                                         const DamagedFiles& damaged) {
    ArchivePass pass;
    std::size_t sealed = 0;
    for (const auto& [id, file] : index.files()) {
        if (!id.is_segment()) continue;
        if (pass.sources.size() == policy.segments_per_pass && pass.until == 0) pass.until = id.number;
        if (!file.sealed || damaged.contains(id)) continue;
        ++sealed;
        if (pass.sources.size() < policy.segments_per_pass) pass.sources.push_back(id);
    }
    if (sealed < policy.segments_kept + policy.segments_per_pass) return std::nullopt;
    return pass;
}

ArchivePass rewrite(const LogIndex& index, std::vector<FileId> sources, std::uint32_t level) {
    ArchivePass pass;
    for (const FileId id : sources) pass.until = std::max(pass.until, index.files().at(id).until);
    pass.sources = std::move(sources);
    pass.level = level;
    return pass;
}

std::optional<ArchivePass> plan_merge(const LogIndex& index, const ArchivePolicy& policy,
                                      const DamagedFiles& damaged) {
    struct Group {
        std::vector<FileId> files;
        std::uint64_t live_bytes = 0;
    };
    std::map<std::uint32_t, Group> shared;
    for (const auto& [id, file] : index.files()) {
        if (id.is_segment() || file.level == kOwnFileLevel || damaged.contains(id)) continue;
        if (file.live_bytes < file.block_bytes / 2) return rewrite(index, {id}, file.level);
        Group& same = shared[file.level];
        if (same.live_bytes + file.live_bytes > kArchiveMergeBytesMax) {
            if (same.files.size() > 1) return rewrite(index, std::move(same.files), file.level + 1);
            same = {};  // one that is as large as files get stays as it is
        }
        same.files.push_back(id);
        same.live_bytes += file.live_bytes;
        if (same.files.size() == policy.files_per_merge)
            return rewrite(index, std::move(same.files), file.level + 1);
    }
    return std::nullopt;
}

}  // namespace

std::optional<ArchivePass> plan_pass(const LogIndex& index, const ArchivePolicy& policy,
                                     std::uint64_t next_number, const DamagedFiles& damaged) {
    auto pass = plan_segments(index, policy, damaged);
    if (!pass) pass = plan_merge(index, policy, damaged);
    if (!pass) return std::nullopt;
    pass->own_file_bytes =
        pass->sources.front().is_segment() ? policy.own_file_payload_bytes : policy.own_file_stored_bytes;
    pass->first_number = next_number;
    pass->generation = index.generation();
    pass->extents = index.extents_in(pass->sources);
    return pass;
}

}  // namespace millrace::storage
