#include "storage/memory_log_store.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace millrace::storage {

struct MemoryLogStore::State {
    struct Log {
        std::uint64_t begin = 0;
        WallTime newest = WallTime::min();
        std::deque<Entry> entries;
        [[nodiscard]] std::uint64_t end() const { return begin + entries.size(); }
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
            offsets.emplace_back(log.end());
            log.entries.push_back({offsets.back(), log.newest, std::move(entry.payload)});
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
        const State::Log& log = it->second;
        std::size_t bytes = 0;
        for (std::uint64_t at = std::max(from.value(), log.begin); at < log.end(); ++at) {
            const Entry& entry = log.entries[at - log.begin];
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
    const auto at = std::lower_bound(entries.begin(), entries.end(), time,
                                     [](const Entry& entry, WallTime t) { return entry.time < t; });
    done(Offset{it->second.begin + static_cast<std::uint64_t>(at - entries.begin())});
}

Offset MemoryLogStore::begin(LogId id) const {
    const auto it = state_->logs.find(id);
    return Offset{it == state_->logs.end() ? 0 : it->second.begin};
}

Offset MemoryLogStore::end(LogId id) const {
    const auto it = state_->logs.find(id);
    return Offset{it == state_->logs.end() ? 0 : it->second.end()};
}

void MemoryLogStore::trim(LogId id, Offset offset, Done done) {
    if (const auto it = state_->logs.find(id); it != state_->logs.end()) {
        State::Log& log = it->second;
        for (; log.begin < offset.value() && !log.entries.empty(); ++log.begin) log.entries.pop_front();
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
