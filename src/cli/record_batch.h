#pragma once

#include <string>
#include <vector>

#include "base/units.h"
#include "cli/api.h"

namespace millrace::cli {

/// Of one PutRecords call.
inline constexpr std::size_t kBatchRecordsMax = 500;
inline constexpr std::size_t kBatchBytesMax = 4_MiB;

/// Records on their way into a stream.
class RecordBatch {
  public:
    void add(std::string data, std::string partition_key);
    [[nodiscard]] bool empty() const { return records_.empty(); }
    /// Whether a record of that size must wait for the next batch.
    [[nodiscard]] bool full_for(std::size_t bytes) const {
        return !empty() && (records_.size() == kBatchRecordsMax || bytes_ + bytes > kBatchBytesMax);
    }

    struct Placed {
        std::string shard;
        std::string sequence_number;
    };
    /// Puts all, records that were throttled again and again for a while; returns where the last one is.
    /// Empty afterwards.
    [[nodiscard]] Answer<Placed> put(Api& api, const std::string& stream);

  private:
    struct Record {
        std::string data;
        std::string partition_key;
    };
    std::vector<Record> records_;
    std::size_t bytes_ = 0;
};

}  // namespace millrace::cli
