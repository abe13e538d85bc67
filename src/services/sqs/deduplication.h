#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "services/sqs/record.h"

namespace millrace::sqs {

/// How a message of a FIFO queue was sent the first time.
struct SentMessage {
    std::string message_id;
    MessageNumber number;
    friend bool operator==(const SentMessage&, const SentMessage&) = default;
};

/// AWS's 20 digits, greater for later messages of a queue. Not consecutive: the log's other entries lie
/// between.
[[nodiscard]] std::string sequence_number(MessageNumber number);

enum class DeduplicationScope : std::uint8_t { kQueue, kMessageGroup };

/// Which messages were sent to a FIFO queue in the last five minutes, whatever has become of them, so that
/// none is taken twice. Rebuilt from the log, which must be kept from oldest() on. Keeps digests of the ids,
/// about 150 bytes a message. Pure.
class Deduplication {
  public:
    static constexpr Seconds kWindow{300};

    /// Group and MessageDeduplicationId, in short.
    struct Key {
        std::array<std::uint64_t, 2> digest{};
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const { return key.digest[0]; }
    };

    /// Messages that were sent before count by the new scope, too.
    void set_scope(DeduplicationScope scope);

    [[nodiscard]] Key key_of(std::string_view group, std::string_view id) const;
    /// The first send of these five minutes.
    [[nodiscard]] std::optional<SentMessage> find(const Key& key, WallTime now) const;
    /// A message was sent, and is durable.
    void remember(const SendRecord& content, MessageNumber number);
    void forget_before(WallTime now);

    /// The oldest message that is remembered, and when that ends.
    struct Oldest {
        MessageNumber number;
        WallTime until;
    };
    [[nodiscard]] std::optional<Oldest> oldest() const;

  private:
    using Digest = std::array<std::uint64_t, 2>;
    struct Remembered {
        Digest group{};
        Digest id{};
        WallTime sent;
        MessageNumber number;
        std::array<char, 16> message_id{};
    };

    [[nodiscard]] Key key_of(const Digest& group, const Digest& id) const;
    void index(const Remembered& message, std::uint64_t position);

    DeduplicationScope scope_ = DeduplicationScope::kQueue;
    std::deque<Remembered> messages_;  ///< in the order of the log
    std::uint64_t forgotten_ = 0;      ///< messages before the first of messages_
    std::unordered_map<Key, std::uint64_t, KeyHash> positions_;
};

}  // namespace millrace::sqs
