#include "storage/memory_log_store.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace millrace::storage {

struct MemoryLogStore::State {
    struct Log {
        Offset begin;
        Offset end;
        WallTime newest = WallTime::min();
        std::map<Offset, Entry> entries;
    };
    struct PlannedFailure {
        Error error;
        std::size_t skip;
        std::size_t count;
    };

    std::map<LogId, Log> logs;
    std::optional<Error> failing;
    std::optional<PlannedFailure> planned;
    bool held = false;
    std::deque<std::move_only_function<void(State&)>> waiting;
    std::size_t appends = 0;

    std::optional<Error> next_append_error() {
        if (failing) return failing;
        if (!planned) return std::nullopt;
        if (planned->skip > 0) {
            --planned->skip;
            return std::nullopt;
        }
        Error error = planned->error;
        if (--planned->count == 0) planned.reset();
        return error;
    }

    std::vector<Offset> add(std::vector<NewEntry> entries) {
        std::vector<Offset> offsets;
        for (NewEntry& entry : entries) {
            Log& log = logs[entry.log];
            log.newest = std::max(log.newest, entry.time);
            offsets.push_back(log.end);
            log.entries[log.end] = {log.end, log.newest, std::move(entry.payload)};
            log.end = Offset{log.end.value() + 1};
        }
        return offsets;
    }
};

MemoryLogStore::MemoryLogStore(Executor& home) : home_(home), state_(std::make_shared<State>()) {}

MemoryLogStore::~MemoryLogStore() = default;

void MemoryLogStore::commit(std::move_only_function<void(State&)> apply) {
    state_->waiting.push_back(std::move(apply));
    if (state_->held) return;
    home_.post([weak = std::weak_ptr{state_}] {
        const auto state = weak.lock();
        if (!state || state->held || state->waiting.empty()) return;
        auto next = std::move(state->waiting.front());
        state->waiting.pop_front();
        next(*state);
    });
}

void MemoryLogStore::append(std::vector<NewEntry> entries, AppendDone done) {
    ++state_->appends;
    commit([entries = std::move(entries), done = std::move(done)](State& state) mutable {
        if (auto error = state.next_append_error()) return done(std::unexpected(std::move(*error)));
        for (const NewEntry& entry : entries) {
            if (entry.payload.size() > kEntryBytesMax) {
                return done(fail(ErrorCode::kInvalidArgument, "an entry is larger than kEntryBytesMax"));
            }
        }
        done(state.add(std::move(entries)));
    });
}

void MemoryLogStore::read(LogId id, Offset from, ReadLimits limits, ReadDone done) {
    std::vector<Entry> found;
    if (const auto it = state_->logs.find(id); it != state_->logs.end()) {
        const auto& entries = it->second.entries;
        std::size_t bytes = 0;
        for (auto at = entries.lower_bound(from); at != entries.end(); ++at) {
            const Entry& entry = at->second;
            if (found.size() >= limits.entries) break;
            if (!found.empty() && bytes + entry.payload.size() > limits.bytes) break;
            bytes += entry.payload.size();
            found.push_back(entry);
        }
    }
    done(std::move(found));
}

void MemoryLogStore::find_time(LogId id, WallTime time, FindDone done) {
    const auto it = state_->logs.find(id);
    if (it == state_->logs.end()) return done(Offset{0});
    const auto& entries = it->second.entries;
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const auto& entry) { return entry.second.time >= time; });
    done(at == entries.end() ? it->second.end : at->first);
}

Offset MemoryLogStore::begin(LogId id) const {
    const auto it = state_->logs.find(id);
    return it == state_->logs.end() ? Offset{0} : it->second.begin;
}

Offset MemoryLogStore::end(LogId id) const {
    const auto it = state_->logs.find(id);
    return it == state_->logs.end() ? Offset{0} : it->second.end;
}

void MemoryLogStore::trim(LogId id, Offset offset, Done done) {
    if (const auto it = state_->logs.find(id); it != state_->logs.end()) {
        State::Log& log = it->second;
        log.begin = std::clamp(offset, log.begin, log.end);
        log.entries.erase(log.entries.begin(), log.entries.lower_bound(log.begin));
    }
    commit([done = std::move(done)](State& state) mutable {
        done(state.failing ? Result<>{std::unexpected(*state.failing)} : Result<>{});
    });
}

void MemoryLogStore::remove(LogId id, Done done) {
    state_->logs.erase(id);
    commit([id, done = std::move(done)](State& state) mutable {
        state.logs.erase(id);  // what was still being appended when remove() was called
        done(state.failing ? Result<>{std::unexpected(*state.failing)} : Result<>{});
    });
}

void MemoryLogStore::clear(Done done) {
    commit([done = std::move(done)](State& state) mutable {
        state.logs.clear();
        done({});
    });
}

void MemoryLogStore::lose(LogId id, Offset first, Offset end) {
    State::Log& log = state_->logs[id];
    log.entries.erase(log.entries.lower_bound(first), log.entries.lower_bound(end));
    log.end = std::max(log.end, end);
}

void MemoryLogStore::fail_writes(std::optional<Error> error) {
    state_->failing = std::move(error);
}

void MemoryLogStore::fail_appends(Error error, std::size_t count, std::size_t skip) {
    state_->planned = State::PlannedFailure{std::move(error), skip, count};
}

void MemoryLogStore::hold_commits(bool hold) {
    state_->held = hold;
    if (hold) return;
    home_.post([weak = std::weak_ptr{state_}] {
        for (auto state = weak.lock(); state && !state->held && !state->waiting.empty();) {
            auto next = std::move(state->waiting.front());
            state->waiting.pop_front();
            next(*state);
        }
    });
}

std::size_t MemoryLogStore::appends() const {
    return state_->appends;
}

}  // namespace millrace::storage
