#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "storage/log_store.h"

namespace millrace::storage {

/// The entries of one append, encoded one behind the other into one buffer, so that an entry costs no
/// allocation. Each payload keeps the whole buffer alive.
class EntryBuffer {
  public:
    /// Figures that are exact, or a little too large, save growing and copying.
    EntryBuffer(std::size_t entries, std::size_t payload_bytes);

    /// The next entry's payload is appended to this and then ended.
    [[nodiscard]] std::string& bytes() { return bytes_; }
    void end_entry(LogId log, WallTime time);

    [[nodiscard]] bool empty() const { return ended_.empty(); }
    [[nodiscard]] std::vector<NewEntry> take() &&;

  private:
    struct Ended {
        LogId log;
        WallTime time;
        std::size_t end = 0;  ///< of its payload in bytes_
    };

    std::string bytes_;
    std::vector<Ended> ended_;
};

}  // namespace millrace::storage
