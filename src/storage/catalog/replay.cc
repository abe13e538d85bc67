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

/// The newest complete snapshot's parts: first index and count, or a count of 0.
Result<std::span<const Entry>> find_snapshot(std::span<const Entry> entries) {
    std::span<const Entry> newest;
    std::size_t first = 0;
    std::uint32_t expected = 0;  // the part that continues the snapshot begun at `first`
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto entry = decode(entries[i]);
        if (!entry) return std::unexpected(std::move(entry.error()));
        const auto* part = std::get_if<SnapshotPart>(&*entry);
        if (part == nullptr) {
            expected = 0;
            continue;
        }
        if (part->part == 0) {
            first = i;
            expected = 0;
        }
        if (part->part != expected) continue;
        ++expected;
        if (expected == part->parts) newest = entries.subspan(first, expected);
    }
    return newest;
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

Result<ReplayedCatalog> replay_catalog(std::span<const Entry> entries) {
    auto snapshot = find_snapshot(entries);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));

    ReplayedCatalog replayed;
    if (!entries.empty()) replayed.as_of = entries.front().offset;
    for (const Entry& entry : *snapshot) {
        auto part = std::get<SnapshotPart>(*decode_catalog_entry(entry.payload.view()));
        replayed.as_of = part.as_of;
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
