#include "services/lambda/mappings/tumbling_window.h"

#include <algorithm>

#include "base/assert.h"

namespace millrace::lambda {

TumblingWindow::Span TumblingWindow::span_of(const ports::SourceRecord& first) const {
    if (open_) return {open_->start, open_->end};
    const Milliseconds length = settings_.tumbling_window;
    const WallTime start{first.arrival.time_since_epoch() / length * length};
    return {start, start + length};
}

std::size_t TumblingWindow::fit(std::span<const ports::SourceRecord> records) const {
    if (records.empty() || (!is_on() && !open_)) return records.size();
    const WallTime end = span_of(records.front()).end;
    const auto is_later = [&](const ports::SourceRecord& record) { return record.arrival >= end; };
    return static_cast<std::size_t>(std::ranges::find_if(records, is_later) - records.begin());
}

bool TumblingWindow::must_close(std::span<const ports::SourceRecord> records, bool nothing_more,
                                WallTime now) const {
    if (!open_) return false;
    if (is_over_limit()) return true;
    if (records.empty()) return !is_on() || (nothing_more && now >= open_->end + kWindowGrace);
    return fit(records) == 0;
}

std::optional<codec::KinesisEventWindow> TumblingWindow::call_for(const ports::SourceRecord& first) const {
    if (!is_on() && !open_) return std::nullopt;
    const Span span = span_of(first);
    return codec::KinesisEventWindow{
        .start = span.start, .end = span.end, .state = open_ ? std::string_view(open_->state) : "{}"};
}

codec::KinesisEventWindow TumblingWindow::closing_call() const {
    MILLRACE_ASSERT(open_);
    return {.start = open_->start,
            .end = open_->end,
            .state = open_->state,
            .is_final = !is_over_limit(),
            .is_terminated_early = is_over_limit()};
}

void TumblingWindow::accept(const ports::SourceRecord& first, std::string state) {
    const Span span = span_of(first);
    open_ = {.start = span.start, .end = span.end, .state = std::move(state)};
    ++revision_;
}

void TumblingWindow::closed() {
    if (is_over_limit()) {
        open_->state = "{}";
    } else {
        open_.reset();
    }
    ++revision_;
}

}  // namespace millrace::lambda
