#include "services/sqs/message_groups.h"

namespace millrace::sqs {

void MessageGroups::clear() {
    busy_ = 0;
    groups_.clear();
    groups_.emplace_back();
    unused_.clear();
    by_id_.clear();
    turns_.clear();
}

MessageGroups::Index MessageGroups::join(std::string_view id) {
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
    ++groups_[index].members;
    occupy(index);
    return index;
}

void MessageGroups::leave(Index group) {
    vacate(group);
    if (--groups_[group].members > 0) return;
    if (groups_[group].rank) turns_.erase({*groups_[group].rank, group});
    if (group != 0) {
        by_id_.erase(groups_[group].id);
        unused_.push_back(group);
    }
    groups_[group] = {};
}

void MessageGroups::occupy(Index group) {
    ++groups_[group].busy;
    ++busy_;
    rank(group, false);
}

void MessageGroups::vacate(Index group) {
    --groups_[group].busy;
    --busy_;
    rank(group, false);
}

void MessageGroups::line_up(Index group, MessageNumber message) {
    groups_[group].line.push(message);
    rank(group, false);
}

void MessageGroups::delay(Index group, MessageNumber message) {
    if (!fifo_) return;
    groups_[group].delayed.insert(message);
    rank(group, false);
}

void MessageGroups::end_delay(Index group, MessageNumber message) {
    if (!fifo_) return;
    groups_[group].delayed.erase(message);
    rank(group, false);
}

std::optional<MessageNumber> MessageGroups::first(Index index) const {
    const Group& group = groups_[index];
    if (group.line.empty()) return std::nullopt;
    if (!group.delayed.empty() && *group.delayed.begin() < group.line.top()) return std::nullopt;
    return group.line.top();
}

MessageNumber MessageGroups::take_first(Index group) {
    const MessageNumber message = groups_[group].line.top();
    groups_[group].line.pop();
    rank(group, true);
    return message;
}

std::size_t MessageGroups::noise_of(Index index) const {
    const std::size_t busy = groups_[index].busy;
    if (fifo_ || index == 0 || busy < kNoisyInFlight || busy * kNoisyShare <= busy_) return 0;
    return busy;
}

void MessageGroups::rank(Index index, bool had_its_turn) {
    Group& group = groups_[index];
    const bool has_turn = first(index).has_value() && !(fifo_ && group.busy > 0);
    if (!has_turn && !group.rank) return;
    const std::size_t noise = noise_of(index);
    const bool goes_last = !group.rank || (had_its_turn && turns_.size() > 1);
    if (has_turn && !goes_last && group.rank->first == noise) return;
    if (group.rank) turns_.erase({*group.rank, index});
    const std::uint64_t turn = goes_last ? ++last_turn_ : group.rank->second;
    group.rank.reset();
    if (!has_turn) return;
    group.rank = Rank{noise, turn};
    turns_.emplace(*group.rank, index);
}

}  // namespace millrace::sqs
