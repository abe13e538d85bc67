#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/strong.h"
#include "base/time.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// Names a message of a queue for as long as it lives, wherever in the log it stands: the offset at which it
/// was sent.
using MessageNumber = Strong<std::uint64_t, struct MessageNumberTag>;

struct MessageAttribute {
    std::string data_type;  ///< "String", "Number.int", "Binary", ...
    std::string value;      ///< raw bytes when the type begins with "Binary"
    friend bool operator==(const MessageAttribute&, const MessageAttribute&) = default;
};
using MessageAttributes = std::map<std::string, MessageAttribute>;

/// What came of a message in the queues that gave up on it.
struct EarlierReceives {
    std::uint32_t count = 0;
    WallTime first{};  ///< says something when there were any
    friend bool operator==(const EarlierReceives&, const EarlierReceives&) = default;
};

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
    std::string_view deduplication_id = {};  ///< MessageDeduplicationId, given or made of the body
    EarlierReceives earlier = {};            ///< of a dead letter
};

/// These messages are gone: deleted, expired, or moved to a dead-letter queue.
struct DeleteRecord {
    std::vector<MessageNumber> messages;
};

/// Every message before this entry is gone.
struct PurgeRecord {};

/// What the receives of a message have made of it; all zero before the first.
struct ReceiveState {
    std::uint32_t receive_count = 0;
    std::uint32_t nonce = 0;  ///< of the latest receive
    WallTime first_received{};
    WallTime received{};    ///< by the latest receive
    WallTime visible_at{};  ///< when its visibility timeout ends
    friend bool operator==(const ReceiveState&, const ReceiveState&) = default;
};

/// What receives, or changes of their visibility timeouts, have made of messages.
struct ReceiveRecord {
    struct Received {
        MessageNumber message;
        ReceiveState receives;
        friend bool operator==(const Received&, const Received&) = default;
    };
    std::vector<Received> messages;
    std::string_view attempt = {};  ///< ReceiveRequestAttemptId
};

/// A message written again, as it is now, so that the log before this entry is not kept for its sake.
struct MovedRecord {
    MessageNumber message;
    ReceiveState receives;
    SendRecord content;
};

/// A message in another queue.
struct Origin {
    storage::LogId log;
    MessageNumber message;
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// A message that came from another queue. Its deletion there is the entry that was written next, so only the
/// newest entry of all can be an arrival without one.
struct ArrivedRecord {
    Origin origin;
    SendRecord content;
};

using Record = std::variant<SendRecord, DeleteRecord, PurgeRecord, MovedRecord, ReceiveRecord, ArrivedRecord>;

/// The message that a record brings; nullptr when it brings none.
[[nodiscard]] const SendRecord* content_of(const Record& record);

/// What a message takes in the log besides body and attributes, about.
inline constexpr std::size_t kRecordOverheadBytes = 192;

/// Appends an entry of a queue's log. Integers are little-endian, text is a 32-bit length and its bytes:
///
///     entry    = version:u8 kind:u8 body
///     send     = 1: content
///     delete   = 2: count:u32 message:u64 * count
///     purge    = 3: nothing
///     moved    = 4: message:u64 receives content
///     receive  = 5: count:u32 (message:u64 receives) * count [attempt]
///     arrived  = 6: log:u64 message:u64 content
///     content  = sent_ms:i64 delay_s:u32 message_id sender_id body_md5 trace_header group_id
///                dead_letter_source attributes body                        (eight texts)
///                [deduplication_id] [count:u32 first_received_ms:i64]
///     receives = count:u32 nonce:u32 first_received_ms:i64 received_ms:i64 visible_at_ms:i64
///     attributes = nothing, or count:u32 (name data_type value) * count    (three texts each)
///
/// The texts in brackets are there from version 2 on, which is written only when one of them says something,
/// and for arrivals. The receives in brackets, those before a message became a dead letter, are version 3,
/// which is written only when there were any. All else is version 1.
void append_record(std::string& out, const Record& record);
/// The same, alone.
[[nodiscard]] std::string encode_record(const Record& record);

/// Error kCorruption when the payload is anything else than one whole record.
[[nodiscard]] Result<Record> parse_record(std::string_view payload);

[[nodiscard]] std::string encode_attributes(const MessageAttributes& attributes);
[[nodiscard]] Result<MessageAttributes> parse_attributes(std::string_view encoded);

}  // namespace millrace::sqs
