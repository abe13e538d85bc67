#include "storage/catalog/log_catalog.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "base/log.h"
#include "storage/catalog/replay.h"

namespace millrace::storage {
namespace {

constexpr LogId kCatalogLog{0};

}  // namespace

/// Shared with the callbacks in flight, which find it gone when the catalog is.
struct LogCatalog::State : std::enable_shared_from_this<State> {
    LogStore& logs;
    const Clock& clock;
    CatalogMap map;
    std::uint64_t log_bytes = 0;  ///< in the log's entries that are part of the map
    Offset applied_end;           ///< one past the newest entry that is part of the map
    std::uint64_t next_log_id = 1;
    std::uint64_t log_ids_below = 1;  ///< those a reservation covers, durable or on its way
    bool snapshot_running = false;
    std::uint64_t snapshot_not_before = 0;  ///< log_bytes that a new attempt waits for after a failed one
    std::uint64_t epoch = 0;  ///< counts clear(): what was appended before one is not applied after it

    State(LogStore& l, const Clock& c) : logs(l), clock(c) {}

    struct Manner {
        bool frees_space = false;
        bool may_linger = false;
    };
    void append(std::vector<std::string> payloads, Manner manner,
                std::move_only_function<void(State&, Result<>)> done);
    void reserve_log_ids();
    void snapshot_if_worthwhile();
    std::vector<std::string> snapshot() const;
};

void LogCatalog::State::append(std::vector<std::string> payloads, Manner manner,
                               std::move_only_function<void(State&, Result<>)> done) {
    std::vector<NewEntry> entries;
    std::uint64_t bytes = 0;
    for (std::string& payload : payloads) {
        bytes += payload.size();
        entries.push_back({kCatalogLog, clock.now(), SharedBytes{std::move(payload)}, manner.frees_space,
                           manner.may_linger});
    }
    logs.append(std::move(entries), [weak = weak_from_this(), bytes, sent = epoch,
                                     done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
        const auto state = weak.lock();
        if (!state) return;
        if (offsets && sent == state->epoch) {
            state->log_bytes += bytes;
            state->applied_end = Offset{offsets->back().value() + 1};
        }
        done(*state, offsets ? Result<>{} : std::unexpected(std::move(offsets.error())));
    });
}

void LogCatalog::State::reserve_log_ids() {
    const std::uint64_t before = log_ids_below;
    log_ids_below = std::max(next_log_id, log_ids_below) + kLogIdsPerReservation;
    append({encode(Reservation{log_ids_below})}, {}, [before, sent = epoch](State& state, Result<> result) {
        if (!result && sent == state.epoch) state.log_ids_below = std::min(state.log_ids_below, before);
    });
}

std::vector<std::string> LogCatalog::State::snapshot() const {
    std::vector<SnapshotPart> parts(1);
    std::size_t bytes = 0;
    for (const auto& [key, value] : map.pairs()) {
        if (bytes > 0 && bytes + key.size() + value.size() > kSnapshotPartBytes) {
            parts.emplace_back();
            bytes = 0;
        }
        bytes += key.size() + value.size();
        parts.back().pairs.emplace_back(key, value);
    }
    std::vector<std::string> encoded;
    for (SnapshotPart& part : parts) {
        part.as_of = applied_end;
        part.part = static_cast<std::uint32_t>(encoded.size());
        part.parts = static_cast<std::uint32_t>(parts.size());
        part.log_ids_below = log_ids_below;
        encoded.push_back(encode(std::move(part)));
    }
    return encoded;
}

void LogCatalog::State::snapshot_if_worthwhile() {
    if (snapshot_running || log_bytes <= 2 * map.bytes() + kDeadBytesMax || log_bytes < snapshot_not_before)
        return;
    snapshot_running = true;
    // Commits on their way now will have offsets from `as_of` on: they stay behind the trim and are replayed
    // over the snapshot, although they stand before it in the log.
    const Offset as_of = applied_end;
    const std::uint64_t dead = log_bytes;
    append(snapshot(), {}, [as_of, dead, sent = epoch](State& state, Result<> result) {
        if (sent != state.epoch) return;
        state.snapshot_running = false;
        if (!result) {
            state.snapshot_not_before = state.log_bytes + kDeadBytesMax;
            return log(LogLevel::kWarn, "catalog snapshot failed", {{"reason", result.error().message}});
        }
        state.log_bytes -= dead;
        // Should this fail, the next start finds the snapshot and trims.
        state.logs.trim(kCatalogLog, as_of, [](const Result<>&) {});
    });
}

void LogCatalog::open(LogStore& logs, const Clock& clock, Opened opened) {
    logs.read(kCatalogLog, logs.begin(kCatalogLog), {},
              [&logs, &clock, opened = std::move(opened)](Result<std::vector<Entry>> entries) mutable {
                  if (!entries) return opened(std::unexpected(std::move(entries.error())));
                  auto replayed = replay_catalog(*entries, logs.begin(kCatalogLog));
                  if (!replayed) return opened(std::unexpected(std::move(replayed.error())));
                  const auto state = std::make_shared<State>(logs, clock);
                  state->map = std::move(replayed->map);
                  state->log_bytes = replayed->log_bytes;
                  state->applied_end = logs.end(kCatalogLog);
                  state->next_log_id = replayed->log_ids_below;
                  state->log_ids_below = replayed->log_ids_below;
                  if (replayed->as_of > logs.begin(kCatalogLog)) {
                      logs.trim(kCatalogLog, replayed->as_of, [](const Result<>&) {});
                  }
                  state->reserve_log_ids();
                  opened(std::unique_ptr<LogCatalog>{new LogCatalog{state}});
              });
}

std::vector<std::pair<std::string, std::string>> LogCatalog::list(std::string_view prefix) const {
    std::vector<std::pair<std::string, std::string>> found;
    const auto& pairs = state_->map.pairs();
    for (auto it = pairs.lower_bound(prefix); it != pairs.end() && it->first.starts_with(prefix); ++it) {
        found.emplace_back(*it);
    }
    return found;
}

std::optional<std::string> LogCatalog::get(std::string_view key) const {
    const auto it = state_->map.pairs().find(key);
    if (it == state_->map.pairs().end()) return std::nullopt;
    return it->second;
}

void LogCatalog::commit(CatalogChange change, Done done) {
    std::vector<std::string> payloads{encode(change)};
    // What is created is refused on a full disk, so there are never more of these than there was to delete.
    const State::Manner manner{.frees_space = !change.erases.empty(), .may_linger = change.may_linger};
    state_->append(std::move(payloads), manner,
                   [sent = state_->epoch, change = std::move(change), done = std::move(done)](
                       State& state, Result<> result) mutable {
                       if (result && sent == state.epoch) {
                           state.map.apply(std::move(change));
                           state.snapshot_if_worthwhile();
                       }
                       done(std::move(result));
                   });
}

LogId LogCatalog::new_log_id() {
    // Early, so that the reservation is durable long before it is needed. And it always stands in the journal
    // before the first entry of a log that it covers.
    if (state_->next_log_id + kLogIdsPerReservation / 2 >= state_->log_ids_below) state_->reserve_log_ids();
    return LogId{state_->next_log_id++};
}

void LogCatalog::clear() {
    ++state_->epoch;
    state_->map = {};
    state_->log_bytes = 0;
    state_->applied_end = Offset{0};
    state_->snapshot_running = false;
    state_->snapshot_not_before = 0;
    state_->log_ids_below = state_->next_log_id;
    state_->reserve_log_ids();
}

}  // namespace millrace::storage
