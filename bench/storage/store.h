#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "files/posix_file_system.h"
#include "net/loop.h"
#include "storage/journal/journal.h"

namespace millrace::bench {

[[noreturn]] void give_up(const Error& error);

/// The value, or the end of the process.
template <class T>
T require(Result<T> result) {
    if (!result) give_up(result.error());
    return std::move(*result);
}

/// The journal as `millrace serve` runs it: on real files, with its threads, at home on an event loop.
class Store {
  public:
    explicit Store(const std::string& directory, storage::FsyncMode fsync = {},
                   storage::ArchivePolicy archive = {});

    [[nodiscard]] storage::Journal& journal() { return *journal_; }
    [[nodiscard]] net::Loop& loop() { return loop_; }

    /// Waits for so many entries.
    void read(storage::LogId log, storage::Offset from, std::size_t entries);

  private:
    net::Loop loop_;
    files::PosixFileSystem files_;
    SystemClock clock_;
    std::unique_ptr<storage::Journal> journal_;
};

}  // namespace millrace::bench
