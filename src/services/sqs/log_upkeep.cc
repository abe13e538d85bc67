#include "services/sqs/log_upkeep.h"

#include <algorithm>

namespace millrace::sqs {

bool LogUpkeep::trim_due(MonotonicTime now, std::uint64_t entries, const LogUse& use) {
    if (entries == 0) {
        trim_at_.reset();
        return false;
    }
    if (!trim_at_) trim_at_ = now + kTrimDelay;
    return now >= *trim_at_ || entries >= kTrimEntries ||
           (use.dead > trimmed_bytes_ && use.dead - trimmed_bytes_ >= kTrimBytes);
}

void LogUpkeep::trimmed(const LogUse& use) {
    trim_at_.reset();
    trimmed_bytes_ = std::max(trimmed_bytes_, use.dead);
}

bool LogUpkeep::move_due(MonotonicTime now, const LogUse& use) {
    if (use.live == 0 || use.live > use.span / kMoveShare) {
        move_at_.reset();
        return false;
    }
    if (!move_at_) move_at_ = now + kMoveDelay;
    return now >= moves_from_ && (now >= *move_at_ || use.span >= kMoveSpanBytes);
}

std::optional<MonotonicTime> LogUpkeep::next_due(MonotonicTime now) const {
    std::optional<MonotonicTime> next;
    for (const auto& due : {trim_at_, move_at_, std::optional(moves_from_)}) {
        if (due && *due > now && (!next || *due < *next)) next = due;
    }
    return next;
}

}  // namespace millrace::sqs
