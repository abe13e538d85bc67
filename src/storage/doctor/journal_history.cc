#include "storage/doctor/journal_history.h"

#include <algorithm>

#include "storage/journal/segment_format.h"
#include "storage/journal/segment_index.h"

namespace millrace::storage {

void JournalHistory::begin_segment(std::uint64_t base) {
    if (previous_ && base != previous_->end) missing_ = true;
    base_ = base;
    at_begin_ = true;
    without_table_ = false;
}

void JournalHistory::end_segment(std::uint64_t end, bool sealed, bool whole) {
    if (at_begin_) go_without_table();
    if (!sealed) missing_ = true;
    previous_ = {end, sealed, whole};
}

void JournalHistory::miss() {
    if (at_begin_) go_without_table();
    missing_ = true;
}

void JournalHistory::go_without_table() {
    at_begin_ = false;
    without_table_ = true;
    missing_ = true;
    // A journal that goes on seals a segment first; only one that drops all logs leaves it as it is.
    if (previous_ && previous_->end == base_ && !previous_->sealed && previous_->whole) clear_at(base_);
}

void JournalHistory::clear_at(std::uint64_t place) {
    logs_.clear();
    removed_.clear();
    cleared_ = place;
    table_place_ = place;
    without_table_ = false;
}

bool JournalHistory::apply(const Frame& frame, std::uint64_t place) {
    const FrameHeader& header = frame.header;
    if (header.kind == FrameKind::kTable)
        return at_begin_ && place == base_ + kSegmentHeaderBytes && read_table(frame, place);
    if (at_begin_) go_without_table();
    if (header.settled > place - base_) return false;
    switch (header.kind) {
        case FrameKind::kEntry:
            return add_entry(header, place);
        case FrameKind::kTrim:
            return trim(header, place);
        case FrameKind::kRemove:
            return remove(header.log);
        case FrameKind::kIndex:
            return read_index(frame, place);
        default:
            return false;
    }
}

bool JournalHistory::read_table(const Frame& frame, std::uint64_t place) {
    const auto table = decode_log_table(frame.payload);
    const std::uint64_t cleared = frame.header.offset.value();
    if (!table || cleared > base_) {
        go_without_table();
        return false;
    }
    at_begin_ = false;
    const bool follows = table->empty() || !table_place_ || continues(*table);
    for (const auto& [id, state] : *table) {
        const auto known = logs_.find(id);
        if (known == logs_.end() && !table_place_) continue;  // it is older than what there is
        const Offset end = known == logs_.end() ? Offset{0} : known->second.state.end;
        const std::uint64_t seen = known == logs_.end() ? *table_place_ : known->second.seen;
        if (state.end > end) gaps_.push_back({id, {end, state.end}, seen, place});
    }
    // Without logs nothing older counts; earlier versions did not say so in the frame.
    cleared_ = std::max(cleared_, table->empty() ? base_ : cleared);
    logs_.clear();
    removed_.clear();
    for (const auto& [id, state] : *table) {
        logs_[id] = {state, true, place};
        log_ids_below_ = std::max(log_ids_below_, id.value() + 1);
    }
    table_place_ = base_;
    return std::exchange(missing_, false) || follows;
}

bool JournalHistory::continues(const LogTable& table) const {
    return table.size() == logs_.size() && std::all_of(table.begin(), table.end(), [&](const auto& log) {
               const auto known = logs_.find(log.first);
               return known != logs_.end() && known->second.state == log.second;
           });
}

JournalHistory::Log* JournalHistory::reach(LogId id, Offset begin, Offset end, std::uint64_t place) {
    if (end.value() > kOffsetMax || removed_.contains(id)) return nullptr;
    log_ids_below_ = std::max(log_ids_below_, id.value() + 1);
    auto found = logs_.find(id);
    if (found == logs_.end()) {
        // A log that no table names began after the table, if there was one.
        const Offset first = table_place_ ? Offset{0} : begin;
        if (first != begin && !missing_) return nullptr;
        found = logs_
                    .emplace(id, Log{{first, first, WallTime::min()},
                                     table_place_.has_value(),
                                     table_place_.value_or(0)})
                    .first;
    }
    Log& log = found->second;
    if (end > log.state.end) {
        if (!missing_) return nullptr;
        gaps_.push_back({id, {log.state.end, end}, log.seen, place});
        log.state.end = end;
    }
    return &log;
}

bool JournalHistory::add_entry(const FrameHeader& header, std::uint64_t place) {
    if (header.offset.value() >= kOffsetMax) return false;
    const auto known = logs_.find(header.log);
    if (known != logs_.end() && header.offset < known->second.state.end) {
        // Offsets begin anew when all logs were dropped.
        if (!without_table_) return false;
        clear_at(base_);
    }
    Log* log = reach(header.log, header.offset, header.offset, place);
    if (log == nullptr) return false;
    log->state.end = Offset{header.offset.value() + 1};
    log->state.newest = std::max(log->state.newest, header.time);
    log->seen = place;
    return true;
}

bool JournalHistory::trim(const FrameHeader& header, std::uint64_t place) {
    if (!missing_ && !logs_.contains(header.log)) return false;
    Log* log = reach(header.log, header.offset, header.offset, place);
    if (log == nullptr) return false;
    log->state.begin = std::max(log->state.begin, header.offset);
    log->begin_known = true;
    log->seen = place;
    return true;
}

bool JournalHistory::remove(LogId id) {
    const bool known = logs_.erase(id) == 1;
    if (!known && !missing_) return false;
    removed_.insert(id);
    return true;
}

bool JournalHistory::read_index(const Frame& frame, std::uint64_t place) {
    const auto index = decode_segment_index(frame.payload);
    if (!index) return false;
    if (!missing_) return true;
    for (const auto& [id, runs] : *index)
        static_cast<void>(reach(id, runs.front().first, runs.back().end(), place));
    return true;
}

}  // namespace millrace::storage
