#include "services/sqs/record.h"

#include <array>
#include <bit>
#include <cstring>

namespace millrace::sqs {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

enum Version : std::uint8_t { kFirst = 1, kSecond = 2, kThird = 3 };
enum Kind : std::uint8_t { kSend = 1, kDelete = 2, kPurge = 3, kMoved = 4, kReceive = 5, kArrived = 6 };

constexpr std::size_t kReceivesBytes = 2 * sizeof(std::uint32_t) + 3 * sizeof(std::int64_t);
constexpr std::size_t kReceivedBytes = sizeof(std::uint64_t) + kReceivesBytes;

template <class T>
void put(std::string& out, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

/// The oldest version that can say it.
Version version_of(const Record& record) {
    const SendRecord* content = content_of(record);
    if (content != nullptr && content->earlier.count > 0) return kThird;
    if (std::holds_alternative<ArrivedRecord>(record)) return kSecond;
    const auto* receive = std::get_if<ReceiveRecord>(&record);
    if (receive != nullptr && !receive->attempt.empty()) return kSecond;
    return content != nullptr && !content->deduplication_id.empty() ? kSecond : kFirst;
}

/// Reads forward; after the first read past the end everything is zero or empty and ok() is false.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    template <class T>
    T integer() {
        T value{};
        const std::string_view bytes = take(sizeof value);
        if (ok_) std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }

    std::string_view text() { return take(integer<std::uint32_t>()); }

    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

  private:
    std::string_view take(std::size_t size) {
        ok_ = ok_ && size <= rest_.size();
        if (!ok_) return {};
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
    bool ok_ = true;
};

std::array<std::string_view, 8> texts_of(const SendRecord& send) {
    return {send.message_id, send.sender_id,          send.body_md5,   send.trace_header,
            send.group_id,   send.dead_letter_source, send.attributes, send.body};
}

void put_content(std::string& out, const SendRecord& send, Version version) {
    put(out, to_millis(send.sent));
    put(out, static_cast<std::uint32_t>(send.delay.count()));
    for (const std::string_view text : texts_of(send)) put_text(out, text);
    if (version >= kSecond) put_text(out, send.deduplication_id);
    if (version < kThird) return;
    put(out, send.earlier.count);
    put(out, to_millis(send.earlier.first));
}

SendRecord read_content(Reader& reader, std::uint8_t version) {
    SendRecord send;
    send.sent = from_millis(reader.integer<std::int64_t>());
    send.delay = Seconds{reader.integer<std::uint32_t>()};
    for (std::string_view* text : {&send.message_id, &send.sender_id, &send.body_md5, &send.trace_header,
                                   &send.group_id, &send.dead_letter_source, &send.attributes, &send.body}) {
        *text = reader.text();
    }
    if (version >= kSecond) send.deduplication_id = reader.text();
    if (version < kThird) return send;
    send.earlier.count = reader.integer<std::uint32_t>();
    send.earlier.first = from_millis(reader.integer<std::int64_t>());
    return send;
}

void put_receives(std::string& out, const ReceiveState& receives) {
    put(out, receives.receive_count);
    put(out, receives.nonce);
    put(out, to_millis(receives.first_received));
    put(out, to_millis(receives.received));
    put(out, to_millis(receives.visible_at));
}

ReceiveState read_receives(Reader& reader) {
    ReceiveState receives;
    receives.receive_count = reader.integer<std::uint32_t>();
    receives.nonce = reader.integer<std::uint32_t>();
    for (WallTime* time : {&receives.first_received, &receives.received, &receives.visible_at}) {
        *time = from_millis(reader.integer<std::int64_t>());
    }
    return receives;
}

void append(std::string& out, const SendRecord& send, Version version) {
    put(out, kSend);
    put_content(out, send, version);
}

void append(std::string& out, const DeleteRecord& deletion, Version) {
    put(out, kDelete);
    put(out, static_cast<std::uint32_t>(deletion.messages.size()));
    for (const MessageNumber message : deletion.messages) put(out, message.value());
}

void append(std::string& out, const PurgeRecord&, Version) {
    put(out, kPurge);
}

void append(std::string& out, const MovedRecord& moved, Version version) {
    put(out, kMoved);
    put(out, moved.message.value());
    put_receives(out, moved.receives);
    put_content(out, moved.content, version);
}

void append(std::string& out, const ReceiveRecord& receive, Version version) {
    put(out, kReceive);
    put(out, static_cast<std::uint32_t>(receive.messages.size()));
    for (const auto& [message, receives] : receive.messages) {
        put(out, message.value());
        put_receives(out, receives);
    }
    if (version >= kSecond) put_text(out, receive.attempt);
}

void append(std::string& out, const ArrivedRecord& arrived, Version version) {
    put(out, kArrived);
    put(out, arrived.origin.log.value());
    put(out, arrived.origin.message.value());
    put_content(out, arrived.content, version);
}

DeleteRecord read_delete(Reader& reader) {
    DeleteRecord deletion;
    const auto count = reader.integer<std::uint32_t>();
    // The count is not to be trusted with memory before the bytes are seen to be there.
    if (reader.left() / sizeof(std::uint64_t) >= count) deletion.messages.reserve(count);
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        deletion.messages.emplace_back(reader.integer<std::uint64_t>());
    }
    return deletion;
}

MovedRecord read_moved(Reader& reader, std::uint8_t version) {
    MovedRecord moved;
    moved.message = MessageNumber{reader.integer<std::uint64_t>()};
    moved.receives = read_receives(reader);
    moved.content = read_content(reader, version);
    return moved;
}

ReceiveRecord read_receive(Reader& reader, std::uint8_t version) {
    ReceiveRecord receive;
    const auto count = reader.integer<std::uint32_t>();
    if (reader.left() / kReceivedBytes >= count) receive.messages.reserve(count);
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const MessageNumber message{reader.integer<std::uint64_t>()};
        receive.messages.push_back({message, read_receives(reader)});
    }
    if (version >= kSecond) receive.attempt = reader.text();
    return receive;
}

ArrivedRecord read_arrived(Reader& reader, std::uint8_t version) {
    ArrivedRecord arrived;
    arrived.origin.log = storage::LogId{reader.integer<std::uint64_t>()};
    arrived.origin.message = MessageNumber{reader.integer<std::uint64_t>()};
    arrived.content = read_content(reader, version);
    return arrived;
}

}  // namespace

const SendRecord* content_of(const Record& record) {
    if (const auto* moved = std::get_if<MovedRecord>(&record)) return &moved->content;
    if (const auto* arrived = std::get_if<ArrivedRecord>(&record)) return &arrived->content;
    return std::get_if<SendRecord>(&record);
}

void append_record(std::string& out, const Record& record) {
    const Version version = version_of(record);
    put(out, version);
    std::visit([&](const auto& alternative) { append(out, alternative, version); }, record);
}

std::string encode_record(const Record& record) {
    std::string out;
    append_record(out, record);
    return out;
}

Result<Record> parse_record(std::string_view payload) {
    Reader reader(payload);
    const auto version = reader.integer<std::uint8_t>();
    const auto kind = reader.integer<std::uint8_t>();
    if (!reader.ok() || version < kFirst || version > kThird) {
        return fail(ErrorCode::kCorruption, "a queue's log entry has an unknown version");
    }
    Record record;
    switch (kind) {
        case kSend:
            record = read_content(reader, version);
            break;
        case kDelete:
            record = read_delete(reader);
            break;
        case kPurge:
            record = PurgeRecord{};
            break;
        case kMoved:
            record = read_moved(reader, version);
            break;
        case kReceive:
            record = read_receive(reader, version);
            break;
        case kArrived:
            record = read_arrived(reader, version);
            break;
        default:
            return fail(ErrorCode::kCorruption, "a queue's log entry is of an unknown kind");
    }
    if (!reader.finished()) return fail(ErrorCode::kCorruption, "a queue's log entry has the wrong length");
    if (version_of(record) != version) {
        return fail(ErrorCode::kCorruption, "a queue's log entry has the wrong version for what it says");
    }
    return record;
}

std::string encode_attributes(const MessageAttributes& attributes) {
    std::string out;
    if (attributes.empty()) return out;
    put(out, static_cast<std::uint32_t>(attributes.size()));
    for (const auto& [name, attribute] : attributes) {
        put_text(out, name);
        put_text(out, attribute.data_type);
        put_text(out, attribute.value);
    }
    return out;
}

Result<MessageAttributes> parse_attributes(std::string_view encoded) {
    MessageAttributes attributes;
    if (encoded.empty()) return attributes;
    Reader reader(encoded);
    const auto count = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const std::string_view name = reader.text();
        const std::string_view data_type = reader.text();
        const std::string_view value = reader.text();
        attributes.insert_or_assign(std::string(name),
                                    MessageAttribute{std::string(data_type), std::string(value)});
    }
    if (!reader.finished()) return fail(ErrorCode::kCorruption, "message attributes have the wrong length");
    return attributes;
}

}  // namespace millrace::sqs
