#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/sqs/record.h"

namespace millrace::sqs {

/// The groups of a queue's messages (MessageGroupId), the line in which each group's messages wait, and whose
/// turn it is. Pure. Finding the next message costs the same however many wait; with many groups it grows
/// with the logarithm of the number of groups that have something to hand out.
///
/// In a standard queue ("fair queue") groups take turns. A noisy group, one with at least kNoisyInFlight
/// messages in flight that are more than a tenth of the queue's, comes after all others; among noisy ones the
/// one with the fewest goes first. Messages without a group share one turn and are never noisy.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
///
/// In a FIFO queue the group goes first whose first message is the oldest, and a busy or delayed message
/// holds up those of its group that stand behind it. A group to which messages came back that were handed out
/// goes behind all that are in the queue by then, as on AWS, until it was its turn again.
class MessageGroups {
  public:
    using Index = std::uint32_t;
    static constexpr std::size_t kNoisyInFlight = 30;
    static constexpr std::size_t kNoisyShare = 10;

    explicit MessageGroups(bool fifo) : fifo_(fifo) { clear(); }

    /// The group of a message that is new to the queue, and counts as busy at first. Empty: no group.
    [[nodiscard]] Index join(std::string_view id, MessageNumber message);
    /// A busy message is gone.
    void leave(Index group, MessageNumber message);
    /// All messages are gone.
    void clear();

    /// The message is in flight or on its way out of the queue, or was.
    void occupy(Index group, MessageNumber message);
    void vacate(Index group, MessageNumber message);

    /// The message is ready. It stays in line until it is taken out as the first of its group, whatever
    /// becomes of it meanwhile; the caller knows.
    void line_up(Index group, MessageNumber message);
    /// Likewise, after it was handed out.
    void come_back(Index group, MessageNumber message);
    /// The message is delayed: it will line up.
    void delay(Index group, MessageNumber message);
    void end_delay(Index group, MessageNumber message);

    /// Has any group something to hand out?
    [[nodiscard]] bool any() const { return !turns_.empty(); }
    /// The group whose turn it is; there is one.
    [[nodiscard]] Index next() const { return turns_.begin()->second; }
    /// The first in line, if it stands before this message.
    [[nodiscard]] std::optional<MessageNumber> first_before(Index group, MessageNumber end) const;
    /// The first message of the group that is busy or delayed: from it on nothing is handed out. Beyond all
    /// numbers when there is none, as always in a standard queue.
    [[nodiscard]] MessageNumber held_from(Index group) const;
    /// The first in line, whether it may be handed out or not.
    [[nodiscard]] std::optional<MessageNumber> first_in_line(Index group) const;
    /// Takes out the first in line; the group of a standard queue goes to the end of the round.
    MessageNumber take_first(Index group);

  private:
    /// Noise, then the order of turns; in a FIFO queue the message that it goes at or behind, and the order
    /// of turns among those that came back.
    using Rank = std::pair<std::size_t, std::uint64_t>;
    struct Group {
        std::string id;
        std::size_t members = 0;
        std::size_t busy = 0;
        std::optional<Rank> rank;       ///< while it is in turns_
        std::optional<Rank> came_back;  ///< of a FIFO queue
        std::priority_queue<MessageNumber, std::vector<MessageNumber>, std::greater<>> line;
        std::set<MessageNumber> holding_up;  ///< the busy and the delayed ones of a FIFO queue
    };

    /// Whom those behind it wait for.
    void hold_up(Index group, MessageNumber message);
    void let_pass(Index group, MessageNumber message);
    [[nodiscard]] std::size_t noise_of(Index index) const;
    [[nodiscard]] std::optional<Rank> rank_of(Index index, bool had_its_turn);
    /// Puts the group where it belongs among the turns, or out of them.
    void rank(Index index, bool had_its_turn);

    bool fifo_;
    std::size_t busy_ = 0;
    std::uint64_t last_turn_ = 0;
    std::uint64_t newest_message_ = 0;  ///< that joined
    std::vector<Group> groups_;         ///< the first is for messages without a group
    std::vector<Index> unused_;
    std::unordered_map<std::string, Index> by_id_;
    std::set<std::pair<Rank, Index>> turns_;
};

}  // namespace millrace::sqs
