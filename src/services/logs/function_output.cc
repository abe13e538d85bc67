#include "services/logs/function_output.h"

#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "base/utf8.h"
#include "services/logs/limits.h"

namespace millrace::logs {
namespace {

/// The first part of a text that fits an event, cut between characters.
std::string_view first_event_of(std::string_view text) {
    constexpr std::size_t kMessageBytesMax = kEventBytesMax - kEventOverheadBytes;
    constexpr std::size_t kCharacterBytesMax = 4;
    if (text.size() <= kMessageBytesMax) return text;
    std::size_t end = kMessageBytesMax;
    for (std::size_t back = 0; back < kCharacterBytesMax && utf8_sequence_length(text.substr(end)) == 0;
         ++back)
        --end;
    return text.substr(0, end);
}

}  // namespace

FunctionOutput::~FunctionOutput() {
    if (timer_ != TimerId{}) groups_.home().cancel(timer_);
}

void FunctionOutput::write(ports::LogLine line) {
    Pending& pending = pending_[{std::move(line.scope), std::move(line.group), std::move(line.stream)}];
    if (pending_bytes_ > kPendingLineBytesMax) {
        ++pending.dropped;
        return;
    }
    std::string_view rest = line.text;
    do {
        const std::string_view part = first_event_of(rest);
        rest.remove_prefix(part.size());
        // CloudWatch holds no empty event.
        pending.events.push_back({line.time, part.empty() ? " " : std::string{part}});
        pending_bytes_ += counted_bytes(part);
    } while (!rest.empty());
    schedule();
}

void FunctionOutput::flush_then(Task done) {
    when_stored_.push_back(std::move(done));
    schedule();
}

void FunctionOutput::schedule() {
    if (writing_) return;
    if (pending_.empty()) return tell_all_stored();
    Executor& home = groups_.home();
    const bool at_once = pending_bytes_ >= kFlushBytes || !when_stored_.empty();
    if (timer_ != TimerId{} && !at_once) return;
    if (timer_ != TimerId{}) home.cancel(std::exchange(timer_, TimerId{}));
    if (at_once) {
        writing_ = true;
        home.post([this, weak = std::weak_ptr(generation_)] {
            if (!weak.expired()) flush();
        });
    } else {
        timer_ = home.run_at(groups_.clock().monotonic() + kFlushDelay, [this] {
            timer_ = {};
            flush();
        });
    }
}

void FunctionOutput::flush() {
    writing_ = true;
    std::map<StreamKey, Pending> lines = std::exchange(pending_, {});
    pending_bytes_ = 0;
    std::vector<StreamKey> missing;
    for (const auto& [key, _] : lines) {
        if (groups_.state().find_stream(key) == nullptr) missing.push_back(key);
    }
    if (missing.empty()) return store(std::move(lines));
    groups_.ensure_streams(std::move(missing),
                           [this, weak = std::weak_ptr(generation_),
                            lines = std::move(lines)](aws::Outcome<void> ensured) mutable {
                               if (weak.expired()) return;
                               if (!ensured) return flushed(fail(ErrorCode::kIo, ensured.error().message));
                               store(std::move(lines));
                           });
}

void FunctionOutput::store(std::map<StreamKey, Pending> lines) {
    std::vector<StreamAppend> appends;
    for (auto& [key, pending] : lines) {
        if (pending.dropped > 0) {
            pending.events.push_back(
                {groups_.clock().now(),
                 fmt::format("[millrace] {} lines were printed faster than they could be stored, "
                             "and dropped here",
                             pending.dropped)});
        }
        appends.push_back({key, std::move(pending.events)});
    }
    groups_.append(std::move(appends), [this, weak = std::weak_ptr(generation_)](Result<> stored) {
        if (!weak.expired()) flushed(stored);
    });
}

void FunctionOutput::flushed(const Result<>& stored) {
    if (!stored)
        log(LogLevel::kError, "function output could not be stored", {{"error", stored.error().message}});
    writing_ = false;
    schedule();
}

void FunctionOutput::tell_all_stored() {
    for (Task& task : std::exchange(when_stored_, {})) groups_.home().post(std::move(task));
}

void FunctionOutput::reset() {
    generation_ = std::make_shared<int>();
    if (timer_ != TimerId{}) groups_.home().cancel(std::exchange(timer_, TimerId{}));
    pending_.clear();
    pending_bytes_ = 0;
    writing_ = false;
    tell_all_stored();
}

}  // namespace millrace::logs
