#include "storage/catalog/replay.h"

#include <algorithm>
#include <fmt/format.h>

namespace millrace::storage {
namespace {

constexpr std::uint64_t kPairOverheadBytes = 8;  // two lengths

std::uint64_t bytes_of(const std::string& key, const std::string& value) {
    return key.size() + value.size() + kPairOverheadBytes;
}

Result<CatalogEntry> decode(const Entry& entry) {
    if (auto decoded = decode_catalog_entry(entry.payload.view())) return std::move(*decoded);
    return fail(
        ErrorCode::kCorruption,
        fmt::format(
            "the catalog's entry {} is not one this version of millrace can read; was the data directory "
            "written by a newer one?",
            entry.offset.value()));
}

struct Snapshot {
    Offset as_of;
    std::uint32_t parts = 1;
    std::map<std::uint32_t, const Entry*> found;  ///< by their number
    [[nodiscard]] bool complete() const { return found.size() == parts; }
};

/// The newest snapshot that counts, if there is one.
Result<std::optional<Snapshot>> find_snapshot(std::span<const Entry> entries, Offset begin) {
    std::map<Offset, Snapshot> snapshots;
    for (const Entry& entry : entries) {
        auto decoded = decode(entry);
        if (!decoded) return std::unexpected(std::move(decoded.error()));
        const auto* part = std::get_if<SnapshotPart>(&*decoded);
        if (part == nullptr) continue;
        Snapshot& snapshot = snapshots[part->as_of];
        // One that was not finished may be followed by another of the same moment.
        if (part->part == 0 || part->parts != snapshot.parts) snapshot = {part->as_of, part->parts, {}};
        snapshot.found[part->part] = &entry;
    }
    const auto counts = [&](const auto& snapshot) {
        return snapshot.second.complete() || snapshot.first <= begin;
    };
    const auto newest = std::find_if(snapshots.rbegin(), snapshots.rend(), counts);
    if (newest == snapshots.rend()) return std::nullopt;
    return newest->second;
}

}  // namespace

void CatalogMap::erase(const std::string& key) {
    const auto it = pairs_.find(key);
    if (it == pairs_.end()) return;
    bytes_ -= bytes_of(it->first, it->second);
    pairs_.erase(it);
}

void CatalogMap::apply(CatalogChange change) {
    for (auto& [key, value] : change.puts) {
        erase(key);
        bytes_ += bytes_of(key, value);
        pairs_.emplace(std::move(key), std::move(value));
    }
    for (const std::string& key : change.erases) erase(key);
}

Result<ReplayedCatalog> replay_catalog(std::span<const Entry> entries, Offset begin) {
    const auto snapshot = find_snapshot(entries, begin);
    if (!snapshot) return std::unexpected(snapshot.error());

    ReplayedCatalog replayed;
    replayed.as_of = *snapshot ? (*snapshot)->as_of : begin;
    const std::map<std::uint32_t, const Entry*> none;
    for (const auto& [number, entry] : *snapshot ? (*snapshot)->found : none) {
        auto part = std::get<SnapshotPart>(*decode_catalog_entry(entry->payload.view()));
        replayed.log_ids_below = std::max(replayed.log_ids_below, part.log_ids_below);
        replayed.map.apply({std::move(part.pairs), {}});
    }
    for (const Entry& entry : entries) {
        if (entry.offset < replayed.as_of) continue;
        replayed.log_bytes += entry.payload.size();
        auto decoded = *decode_catalog_entry(entry.payload.view());
        if (auto* change = std::get_if<CatalogChange>(&decoded)) {
            replayed.map.apply(std::move(*change));
        } else if (const auto* reservation = std::get_if<Reservation>(&decoded)) {
            replayed.log_ids_below = std::max(replayed.log_ids_below, reservation->log_ids_below);
        }
    }
    return replayed;
}

}  // namespace millrace::storage
