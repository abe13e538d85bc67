#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// A change of the control plane: applied and kept as a whole or not at all.
struct CatalogChange {
    std::vector<std::pair<std::string, std::string>> puts;  ///< key, value
    std::vector<std::string> erases;
    /// Nobody waits for it: see NewEntry.
    bool may_linger = false;
};

/// The control plane's state machine: an ordered map from key to value (text, JSON by convention), driven by
/// log 0. Streams, queues, functions, mappings, checkpoints and stacks live here. Keys are paths whose first
/// part names the owner: "kinesis/streams/<account>/<region>/<name>".
///
/// A service keeps its own typed state: it reads its prefix once at start, commits a change, and applies the
/// change to its state in the callback.
///
/// Threads: the log store's home executor only. Rewrites itself as a snapshot when most of its log is dead.
class Catalog {
  public:
    virtual ~Catalog() = default;

    /// Pairs whose key begins with the prefix, in key order.
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> list(
        std::string_view prefix) const = 0;
    [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;

    /// The callback runs when the change is durable (or refused: then nothing changed). Callbacks run in the
    /// order of the calls, never inside the call. A change that erases keys is accepted on a full disk, too:
    /// that is how an operator gives space back.
    virtual void commit(CatalogChange change, Done done) = 0;

    /// A log id never given before, also not before a restart.
    [[nodiscard]] virtual LogId new_log_id() = 0;
};

}  // namespace millrace::storage
