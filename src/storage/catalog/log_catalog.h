#pragma once

#include <map>
#include <memory>

#include "storage/catalog/catalog.h"
#include "storage/catalog/catalog_entry.h"

namespace millrace::storage {

/// The catalog over log 0 of any log store: the whole map in memory, each commit one entry. When what is dead
/// in the log exceeds what lives by kDeadBytesMax, the map is appended as a snapshot and the log trimmed
/// behind it.
///
/// Threads: home executor only. Callbacks not yet run when the catalog is destroyed are dropped.
class LogCatalog final : public Catalog {
  public:
    static constexpr std::size_t kDeadBytesMax = 1_MiB;
    static constexpr std::size_t kSnapshotPartBytes = 1_MiB;
    /// Log ids are set aside this many at a time, before the first of them is given out.
    static constexpr std::uint64_t kLogIdsPerReservation = 1024;

    using Opened = std::move_only_function<void(Result<std::unique_ptr<LogCatalog>>)>;

    /// Replays log 0. The store and the clock must outlive the catalog. `opened` may run inside this call.
    /// Errors: those of reading; kCorruption naming the offset.
    static void open(LogStore& logs, const Clock& clock, Opened opened);

    [[nodiscard]] std::vector<std::pair<std::string, std::string>> list(
        std::string_view prefix) const override;
    [[nodiscard]] std::optional<std::string> get(std::string_view key) const override;
    void commit(CatalogChange change, Done done) override;
    [[nodiscard]] LogId new_log_id() override;

    /// Forgets everything but which log ids were used. To be called right after the store's clear(), in the
    /// same task.
    void clear();

  private:
    struct State;
    explicit LogCatalog(std::shared_ptr<State> state) : state_(std::move(state)) {}

    std::shared_ptr<State> state_;
};

}  // namespace millrace::storage
