#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "services/kinesis/hash_key.h"

namespace millrace::kinesis {

/// One record as its producer sent it, pointing into bytes that somebody else keeps.
struct RecordView {
    std::string_view partition_key;  ///< empty for one without
    std::optional<HashKey> explicit_hash_key;
    std::string_view data;
    friend bool operator==(const RecordView&, const RecordView&) = default;
};

/// What decides on the record's shard.
[[nodiscard]] HashKey hash_key_of(const RecordView& record);

/// What counts against the size limits.
[[nodiscard]] inline std::size_t size_of(const RecordView& record) {
    return record.partition_key.size() + record.data.size();
}

/// At most so many bytes more than size_of() has the payload.
inline constexpr std::size_t kRecordOverheadBytesMax = 20;

/// Appends the payload of a shard's log entry; the format is in this room's README. The partition key has at
/// most 65,535 bytes.
void append_record(std::string& out, const RecordView& record);

/// The view points into the payload. kCorruption when the payload is not a record.
[[nodiscard]] Result<RecordView> decode_record(std::string_view payload);

}  // namespace millrace::kinesis
