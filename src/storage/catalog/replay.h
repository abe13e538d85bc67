#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>

#include "storage/catalog/catalog_entry.h"

namespace millrace::storage {

/// The catalog's pairs, and how many bytes they would take in a log.
class CatalogMap {
  public:
    using Pairs = std::map<std::string, std::string, std::less<>>;

    void apply(CatalogChange change);
    [[nodiscard]] const Pairs& pairs() const { return pairs_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    void erase(const std::string& key);

    Pairs pairs_;
    std::uint64_t bytes_ = 0;
};

struct ReplayedCatalog {
    CatalogMap map;
    Offset as_of;                     ///< entries before are not needed any more
    std::uint64_t log_bytes = 0;      ///< in the entries from as_of on
    std::uint64_t log_ids_below = 1;  ///< may have been used
};

/// The state that the entries, all that the catalog's log holds, lead to; `begin` is the log's. A snapshot
/// that was not written to its end counts for nothing. But one that the log was trimmed for was: when parts
/// of it are lost, the others count. Errors: kCorruption.
Result<ReplayedCatalog> replay_catalog(std::span<const Entry> entries, Offset begin);

}  // namespace millrace::storage
