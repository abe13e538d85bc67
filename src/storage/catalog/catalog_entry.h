#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/catalog/catalog.h"

namespace millrace::storage {

/// One of the `parts` pieces, entries side by side in the log, that hold every pair as it stood when all
/// changes before `as_of`, and none after, were made. Changes from `as_of` on count also where they stand
/// before the snapshot.
struct SnapshotPart {
    Offset as_of;
    std::uint32_t part = 0;
    std::uint32_t parts = 1;
    std::uint64_t log_ids_below = 0;  ///< see Reservation
    std::vector<std::pair<std::string, std::string>> pairs;
};

/// Log ids below this may have been given out.
struct Reservation {
    std::uint64_t log_ids_below = 0;
};

/// What one entry of the catalog's log says. Format: docs/formats/catalog.md.
using CatalogEntry = std::variant<CatalogChange, SnapshotPart, Reservation>;

[[nodiscard]] std::string encode(const CatalogEntry& entry);

/// nullopt when the bytes are not an entry this version knows.
[[nodiscard]] std::optional<CatalogEntry> decode_catalog_entry(std::string_view bytes);

}  // namespace millrace::storage
