#include "services/sqs/message_groups.h"

#include <algorithm>
#include <limits>

namespace millrace::sqs {

void MessageGroups::clear() {
    busy_ = 0;
    groups_.clear();
    groups_.emplace_back();
    unused_.clear();
    by_id_.clear();
    turns_.clear();
}

MessageGroups::Index MessageGroups::join(std::string_view id, MessageNumber message) {
    Index index = 0;
    if (!id.empty()) {
        const auto [at, is_new] = by_id_.try_emplace(std::string(id));
        if (is_new) {
            if (unused_.empty()) {
                at->second = static_cast<Index>(groups_.size());
                groups_.emplace_back();
            } else {
                at->second = unused_.back();
                unused_.pop_back();
            }
            groups_[at->second].id = id;
        }
        index = at->second;
    }
    newest_message_ = std::max(newest_message_, message.value());
    ++groups_[index].members;
    occupy(index, message);
    return index;
}

void MessageGroups::leave(Index group, MessageNumber message) {
    vacate(group, message);
    if (--groups_[group].members > 0) return;
    if (groups_[group].rank) turns_.erase({*groups_[group].rank, group});
    if (group != 0) {
        by_id_.erase(groups_[group].id);
        unused_.push_back(group);
    }
    groups_[group] = {};
}

void MessageGroups::occupy(Index group, MessageNumber message) {
    ++groups_[group].busy;
    ++busy_;
    hold_up(group, message);
    rank(group, false);
}

void MessageGroups::vacate(Index group, MessageNumber message) {
    --groups_[group].busy;
    --busy_;
    let_pass(group, message);
    rank(group, false);
}

void MessageGroups::line_up(Index group, MessageNumber message) {
    groups_[group].line.push(message);
    rank(group, false);
}

void MessageGroups::come_back(Index group, MessageNumber message) {
    if (fifo_) groups_[group].came_back = Rank{newest_message_, ++last_turn_};
    line_up(group, message);
}

void MessageGroups::delay(Index group, MessageNumber message) {
    hold_up(group, message);
    rank(group, false);
}

void MessageGroups::end_delay(Index group, MessageNumber message) {
    let_pass(group, message);
    rank(group, false);
}

void MessageGroups::hold_up(Index group, MessageNumber message) {
    if (fifo_) groups_[group].holding_up.insert(message);
}

void MessageGroups::let_pass(Index group, MessageNumber message) {
    if (fifo_) groups_[group].holding_up.erase(message);
}

std::optional<MessageNumber> MessageGroups::first_before(Index group, MessageNumber end) const {
    const auto first = first_in_line(group);
    return first && *first < end ? first : std::nullopt;
}

MessageNumber MessageGroups::held_from(Index group) const {
    const auto& holding_up = groups_[group].holding_up;
    return holding_up.empty() ? MessageNumber{std::numeric_limits<std::uint64_t>::max()}
                              : *holding_up.begin();
}

std::optional<MessageNumber> MessageGroups::first_in_line(Index group) const {
    const auto& line = groups_[group].line;
    return line.empty() ? std::nullopt : std::optional(line.top());
}

MessageNumber MessageGroups::take_first(Index group) {
    const MessageNumber message = groups_[group].line.top();
    groups_[group].line.pop();
    groups_[group].came_back.reset();
    rank(group, true);
    return message;
}

std::size_t MessageGroups::noise_of(Index index) const {
    const std::size_t busy = groups_[index].busy;
    if (fifo_ || index == 0 || busy < kNoisyInFlight || busy * kNoisyShare <= busy_) return 0;
    return busy;
}

std::optional<MessageGroups::Rank> MessageGroups::rank_of(Index index, bool had_its_turn) {
    const auto first = first_before(index, held_from(index));
    if (!first) return std::nullopt;
    if (fifo_) return groups_[index].came_back.value_or(Rank{first->value(), 0});
    const auto& before = groups_[index].rank;
    const bool goes_last = !before || (had_its_turn && turns_.size() > 1);
    return Rank{noise_of(index), goes_last ? ++last_turn_ : before->second};
}

void MessageGroups::rank(Index index, bool had_its_turn) {
    Group& group = groups_[index];
    const auto rank = rank_of(index, had_its_turn);
    if (rank == group.rank) return;
    if (group.rank) turns_.erase({*group.rank, index});
    group.rank = rank;
    if (rank) turns_.emplace(*rank, index);
}

}  // namespace millrace::sqs
