#pragma once

#include <vector>

#include "base/error.h"
#include "services/kinesis/state.h"
#include "storage/catalog/catalog.h"
#include "storage/catalog/loose_logs.h"

namespace millrace::kinesis {

// How streams stand in the catalog: a value each, one for each of their shards, and one for each log whose
// bytes may still be there though its shard is gone. The format is in this room's README.

[[nodiscard]] storage::CatalogChange create_change(const Stream& stream);
[[nodiscard]] storage::CatalogChange remove_change(const Stream& stream, const storage::LooseLogs& loose);
[[nodiscard]] storage::CatalogChange options_change(const Stream& stream, const StreamOptions& options);
/// Only the shards that change.
[[nodiscard]] storage::CatalogChange reshard_change(const Stream& stream, const ReshardChange& change);
[[nodiscard]] storage::CatalogChange expire_change(const Stream& stream, const std::vector<Shard>& shards,
                                                   const storage::LooseLogs& loose);

/// kCorruption names what is damaged.
[[nodiscard]] Result<std::vector<Stream>> read_streams(const storage::Catalog& catalog);

}  // namespace millrace::kinesis
