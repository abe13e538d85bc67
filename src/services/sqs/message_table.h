#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "services/sqs/message_groups.h"
#include "services/sqs/record.h"
#include "storage/log_store.h"

namespace millrace::sqs {

enum class MessagePhase : std::uint8_t { kReady, kDelayed, kInFlight, kLeaving };

/// What a queue keeps of a message that it has more to say of than that it waits: 48 bytes.
struct MessageDetails {
    MessageNumber number;
    WallTime first_received{};
    MonotonicTime received{};    ///< the latest receive
    MonotonicTime visible_at{};  ///< when its delay or its newest receive ends, or ended
    std::uint32_t receive_count = 0;
    std::uint32_t nonce = 0;
};

/// What a queue keeps of every message: 40 bytes, as ten million may wait.
struct StoredMessage {
    storage::Offset offset;  ///< where its content stands
    WallTime sent;
    std::uint64_t log_start = 0;  ///< bytes of the log before its entry, since the start
    std::uint32_t bytes = 0;      ///< that its entry counts
    MessageGroups::Index group = 0;
    std::uint32_t details = 0;  ///< an index of MessageTable's, 0: none
    MessagePhase phase = MessagePhase::kLeaving;
    bool is_gone = false;  ///< its place is free
};
static_assert(sizeof(StoredMessage) == 40);

/// A queue's messages in the order of its log. New ones come last; looking one up takes two binary searches.
/// They stand in blocks, which shrink when half of a block has gone. Pointers are good until the next add()
/// or erase().
class MessageTable {
  public:
    static constexpr std::size_t kBlock = 512;

    /// `message.offset` is greater than any before.
    StoredMessage& add(const StoredMessage& message);
    /// nullptr when there is none.
    [[nodiscard]] StoredMessage* find(storage::Offset offset);
    [[nodiscard]] const StoredMessage* find(storage::Offset offset) const;
    void erase(StoredMessage& message);
    /// The message stands at this offset, greater than any before, from now on, and keeps its number.
    StoredMessage& move_last(StoredMessage& message, storage::Offset offset);
    void clear();

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// There is one.
    [[nodiscard]] StoredMessage& front() { return blocks_[head_].messages[blocks_[head_].first]; }
    [[nodiscard]] const StoredMessage& front() const { return blocks_[head_].messages[blocks_[head_].first]; }

    /// Calls `use` with each message in order, until it returns false.
    template <class Use>
    void each(Use use) const {
        for (std::size_t at = head_; at < blocks_.size(); ++at) {
            const Block& block = blocks_[at];
            for (std::size_t i = block.first; i < block.messages.size(); ++i) {
                if (!block.messages[i].is_gone && !use(block.messages[i])) return;
            }
        }
    }

    /// Those of the message; made when there are none.
    [[nodiscard]] MessageDetails& details(StoredMessage& message);
    /// Those of the message, or what holds of one without.
    [[nodiscard]] MessageDetails details(const StoredMessage& message) const;
    [[nodiscard]] MessageNumber number(const StoredMessage& message) const;

  private:
    struct Block {
        storage::Offset begin;  ///< no message of it stands before
        std::size_t first = 0;  ///< all before it are gone
        std::size_t size = 0;
        std::vector<StoredMessage> messages;
    };

    /// The block where the offset belongs; nullptr when it is before all of them.
    [[nodiscard]] const Block* block_of(storage::Offset offset) const;
    static void pack(Block& block);
    void drop_empty_blocks();

    std::vector<Block> blocks_;
    std::size_t head_ = 0;  ///< blocks before it are empty; neither it nor the last one is
    std::size_t size_ = 0;
    std::vector<MessageDetails> details_;  ///< the first stands for none
    std::vector<std::uint32_t> unused_details_;
};

}  // namespace millrace::sqs
