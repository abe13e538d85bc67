#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/log_store.h"

namespace millrace::sqs {

struct MessageAttribute {
    std::string data_type;  ///< "String", "Number.int", "Binary", ...
    std::string value;      ///< raw bytes when the type begins with "Binary"
    friend bool operator==(const MessageAttribute&, const MessageAttribute&) = default;
};
using MessageAttributes = std::map<std::string, MessageAttribute>;

/// A message as its queue's log keeps it. The views point into the payload it was parsed from, or into what
/// the caller encodes; empty text means "none".
struct SendRecord {
    std::string_view message_id;
    WallTime sent{};
    Seconds delay{};
    std::string_view sender_id;
    std::string_view body_md5;            ///< 32 hex digits, kept so that receiving needs no hashing
    std::string_view trace_header;        ///< AWSTraceHeader
    std::string_view group_id;            ///< MessageGroupId
    std::string_view dead_letter_source;  ///< ARN of the queue that gave up on the message
    std::string_view attributes;          ///< encode_attributes()
    std::string_view body;
};

/// The messages at these offsets of the same log are gone: deleted, expired, or moved to a dead-letter queue.
struct DeleteRecord {
    std::vector<storage::Offset> offsets;
};

/// Everything before this entry is gone.
struct PurgeRecord {};

using Record = std::variant<SendRecord, DeleteRecord, PurgeRecord>;

/// What a message takes in the log besides body and attributes, about.
inline constexpr std::size_t kRecordOverheadBytes = 192;

/// Appends an entry of a queue's log, version 1. Integers are little-endian, text is a 32-bit length and its
/// bytes:
///
///     entry  = version:u8=1 kind:u8 body
///     send   = 1: sent_ms:i64 delay_s:u32 message_id sender_id body_md5 trace_header group_id
///     dead_letter_source
///                 attributes body                                          (eight texts)
///     delete = 2: count:u32 offset:u64 * count
///     purge  = 3: nothing
///     attributes = nothing, or count:u32 (name data_type value) * count    (three texts each)
void append_record(std::string& out, const Record& record);

/// Error kCorruption when the payload is anything else than one whole record.
[[nodiscard]] Result<Record> parse_record(std::string_view payload);

[[nodiscard]] std::string encode_attributes(const MessageAttributes& attributes);
[[nodiscard]] Result<MessageAttributes> parse_attributes(std::string_view encoded);

}  // namespace millrace::sqs
