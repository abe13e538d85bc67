#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// Logs that nobody has, or nobody any more, while their bytes are still stored. The catalog names each under
/// "<prefix><log id>" in the very change that takes it from its owner, so that a crash before its removal, or
/// a removal that fails, keeps no bytes for ever: the next start gives them back.
///
/// Threads: the home executor only. The catalog and the log store must outlive it.
class LooseLogs {
  public:
    LooseLogs(Catalog& catalog, LogStore& logs, std::string_view prefix)
        : catalog_(catalog), logs_(logs), prefix_(prefix) {}

    /// Names the log as loose with the change.
    void put(CatalogChange& change, LogId log) const;
    /// The log has an owner with the change.
    void erase(CatalogChange& change, LogId log) const;

    /// Removes a log that is named as loose, and then its name. What fails is logged, and left for the next
    /// start.
    void give_back(LogId log) const;
    /// Gives back all that are named. Once, at start, before any is named anew. kCorruption names a key that
    /// is none.
    [[nodiscard]] Result<> give_back_all() const;

  private:
    [[nodiscard]] std::string key_of(LogId log) const;

    Catalog& catalog_;
    LogStore& logs_;
    std::string prefix_;
};

}  // namespace millrace::storage
