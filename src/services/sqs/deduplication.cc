#include "services/sqs/deduplication.h"

#include <cstring>
#include <fmt/format.h>

#include "codec/hex.h"
#include "codec/sha256.h"

namespace millrace::sqs {
namespace {

using Digest = std::array<std::uint64_t, 2>;

Digest digest_of(std::string_view text) {
    Digest digest{};
    std::memcpy(digest.data(), codec::sha256(text).data(), sizeof digest);
    return digest;
}

/// A UUID's 16 bytes; all zero for what is none.
std::array<char, 16> packed(std::string_view uuid) {
    std::string digits;
    for (const char c : uuid) {
        if (c != '-') digits.push_back(c);
    }
    std::array<char, 16> bytes{};
    const auto decoded = codec::hex_decode(digits);
    if (decoded && decoded->size() == bytes.size()) std::memcpy(bytes.data(), decoded->data(), bytes.size());
    return bytes;
}

std::string unpacked(const std::array<char, 16>& bytes) {
    std::string uuid = codec::hex_encode({bytes.data(), bytes.size()});
    for (const std::size_t at : {20, 16, 12, 8}) uuid.insert(at, 1, '-');
    return uuid;
}

}  // namespace

std::string sequence_number(MessageNumber number) {
    constexpr std::uint64_t kFirst = 18'000'000'000'000'000'000u;
    return std::to_string(kFirst + number.value());
}

void Deduplication::set_scope(DeduplicationScope scope) {
    if (scope == scope_) return;
    scope_ = scope;
    positions_.clear();
    std::uint64_t position = forgotten_;
    for (const Remembered& message : messages_) index(message, position++);
}

Deduplication::Key Deduplication::key_of(const Digest& group, const Digest& id) const {
    if (scope_ == DeduplicationScope::kQueue) return {id};
    // Both are digests; rotated, so that equal ones do not vanish.
    return {{id[0] ^ (group[0] << 1 | group[0] >> 63), id[1] ^ (group[1] << 1 | group[1] >> 63)}};
}

Deduplication::Key Deduplication::key_of(std::string_view group, std::string_view id) const {
    return key_of(digest_of(group), digest_of(id));
}

std::optional<SentMessage> Deduplication::find(const Key& key, WallTime now) const {
    const auto at = positions_.find(key);
    if (at == positions_.end()) return std::nullopt;
    const Remembered& first = messages_[at->second - forgotten_];
    if (first.sent + kWindow <= now) return std::nullopt;
    return SentMessage{unpacked(first.message_id), first.number};
}

void Deduplication::index(const Remembered& message, std::uint64_t position) {
    const Key key = key_of(message.group, message.id);
    const auto [at, is_new] = positions_.try_emplace(key, position);
    // Another of that key is older than the window, or came with another scope; then the first counts.
    if (!is_new && messages_[at->second - forgotten_].sent + kWindow <= message.sent) at->second = position;
}

void Deduplication::remember(const SendRecord& content, MessageNumber number) {
    messages_.push_back({.group = digest_of(content.group_id),
                         .id = digest_of(content.deduplication_id),
                         .sent = content.sent,
                         .number = number,
                         .message_id = packed(content.message_id)});
    index(messages_.back(), forgotten_ + messages_.size() - 1);
}

void Deduplication::forget_before(WallTime now) {
    while (!messages_.empty() && messages_.front().sent + kWindow <= now) {
        const Remembered& message = messages_.front();
        const auto at = positions_.find(key_of(message.group, message.id));
        if (at != positions_.end() && at->second == forgotten_) positions_.erase(at);
        messages_.pop_front();
        ++forgotten_;
    }
}

std::optional<Deduplication::Oldest> Deduplication::oldest() const {
    if (messages_.empty()) return std::nullopt;
    return Oldest{messages_.front().number, messages_.front().sent + kWindow};
}

}  // namespace millrace::sqs
