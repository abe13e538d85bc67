#pragma once

#include <functional>
#include <optional>

#include "storage/log_store.h"

namespace millrace::logs {

/// The newest entry before the offset; nullopt when there is none. One read, unless entries are lost there:
/// then a few dozen, however many they are. `done` may run inside this call.
void find_last_entry(storage::LogStore& logs, storage::LogId log, storage::Offset before,
                     std::move_only_function<void(Result<std::optional<storage::Entry>>)> done);

}  // namespace millrace::logs
