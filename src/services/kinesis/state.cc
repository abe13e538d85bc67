#include "services/kinesis/state.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<void> check_shard_quota(const State::Usage& usage, const aws::Scope& scope, std::size_t more) {
    if (usage.open_shards + more <= kShardsMax) return {};
    return std::unexpected(shard_limit_exceeded(scope, usage.open_shards, kShardsMax, more));
}

aws::Outcome<void> check_quotas(const State::Usage& usage, const aws::Scope& scope,
                                const StreamOptions& options) {
    if (!options.on_demand) {
        return check_shard_quota(usage, scope, static_cast<std::size_t>(options.shard_count));
    }
    if (usage.on_demand_streams < kOnDemandStreamsMax) return {};
    return std::unexpected(on_demand_limit_exceeded(scope, usage.on_demand_streams, kOnDemandStreamsMax));
}

/// How many more shards are open.
std::ptrdiff_t open_difference(const Reshard& reshard) {
    std::ptrdiff_t difference = 0;
    for (const auto& [index, shard] : reshard.touched()) {
        if (shard.open()) ++difference;
        if (reshard.before().find(index) != nullptr) --difference;
    }
    return difference;
}

}  // namespace

StreamRef ref_to(const Stream& stream) {
    return {.scope = stream.scope, .name = stream.name, .incarnation = stream.incarnation};
}

const Stream& State::restore(Stream stream) {
    stream.incarnation = ++incarnations_;
    stream.routes = routes_of(stream.shards);
    Names& names = scopes_[stream.scope];
    std::string name = stream.name;
    StreamOptions newest = stream.options;
    return names
        .insert_or_assign(std::move(name), Entry{.stream = std::move(stream), .newest = std::move(newest)})
        .first->second.stream;
}

aws::Outcome<const Stream*> State::begin_create(const aws::Scope& scope, std::string name,
                                                StreamOptions options, WallTime now,
                                                const NewLogId& new_log_id) {
    if (find(scope, name) != nullptr) return std::unexpected(stream_exists(scope, name));
    if (auto fits = check_quotas(usage(scope), scope, options); !fits)
        return std::unexpected(std::move(fits.error()));
    Stream stream{.scope = scope,
                  .name = std::move(name),
                  .created = now,
                  .status = StreamStatus::kCreating,
                  .options = std::move(options)};
    for (const HashKeyRange& range : split_evenly(static_cast<std::size_t>(stream.options.shard_count))) {
        stream.shards.put(
            {.index = stream.shards.next_index(), .log = new_log_id(), .created = now, .range = range});
    }
    return &restore(std::move(stream));
}

void State::finish_create(const StreamRef& stream, bool committed) {
    Entry* entry = find_same(stream);
    if (entry == nullptr) return;
    if (committed) {
        entry->stream.status = StreamStatus::kActive;
    } else {
        erase(stream);
    }
}

aws::Outcome<const Stream*> State::begin_delete(const aws::Scope& scope, std::string_view name) {
    const auto entry = find_active(scope, name);
    if (!entry) return std::unexpected(entry.error());
    (*entry)->stream.status = StreamStatus::kDeleting;
    return &(*entry)->stream;
}

void State::finish_delete(const StreamRef& stream, bool committed) {
    Entry* entry = find_same(stream);
    if (entry == nullptr) return;
    if (committed) {
        erase(stream);
    } else {
        entry->stream.status = StreamStatus::kActive;
    }
}

aws::Outcome<OptionsChange> State::begin_change(const aws::Scope& scope, std::string_view name,
                                                ChangeOptions change) {
    const auto entry = find_active(scope, name);
    if (!entry) return std::unexpected(entry.error());
    StreamOptions options = (*entry)->newest;
    if (auto changed = change(options); !changed) return std::unexpected(std::move(changed.error()));
    (*entry)->newest = options;
    return OptionsChange{.stream = ref_to((*entry)->stream), .options = std::move(options)};
}

void State::finish_change(const OptionsChange& change, bool committed) {
    Entry* entry = find_same(change.stream);
    if (entry == nullptr) return;
    if (committed) {
        entry->stream.options = change.options;
    } else {
        entry->newest = entry->stream.options;
    }
}

aws::Outcome<ReshardChange> State::begin_reshard(const aws::Scope& scope, std::string_view name,
                                                 PlanReshard plan, WallTime now, const NewLogId& new_log_id) {
    const auto entry = find_active(scope, name);
    if (!entry) return std::unexpected(entry.error());
    Stream& stream = (*entry)->stream;
    StreamOptions options = (*entry)->newest;
    Reshard reshard(stream.shards, now, new_log_id);
    if (auto planned = plan(stream, reshard, options); !planned) {
        return std::unexpected(std::move(planned.error()));
    }
    const std::ptrdiff_t more = open_difference(reshard);
    if (more > 0 && !options.on_demand) {
        auto fits = check_shard_quota(usage(scope), scope, static_cast<std::size_t>(more));
        if (!fits) return std::unexpected(std::move(fits.error()));
    }
    stream.status = StreamStatus::kUpdating;
    (*entry)->newest = options;
    ReshardChange change{
        .stream = ref_to(stream), .options = std::move(options), .shards = reshard.touched()};
    for (const auto& [index, shard] : change.shards) {
        if (stream.shards.find(index) != nullptr) {
            stream.routes.close(shard);
        } else {
            change.new_logs.push_back(shard.log);
        }
    }
    for (const auto& [index, shard] : change.shards) {
        if (shard.open()) stream.routes.open(shard);
    }
    return change;
}

void State::finish_reshard(const ReshardChange& change, bool committed) {
    Entry* entry = find_same(change.stream);
    if (entry == nullptr) return;
    Stream& stream = entry->stream;
    stream.status = StreamStatus::kActive;
    if (!committed) {
        entry->newest = stream.options;
        stream.routes = routes_of(stream.shards);
        return;
    }
    stream.options = change.options;
    for (const auto& [index, shard] : change.shards) stream.shards.put(shard);
}

void State::expire(const StreamRef& stream, const std::vector<Shard>& shards) {
    Entry* entry = find_same(stream);
    if (entry == nullptr) return;
    for (const Shard& shard : shards) entry->stream.shards.erase(shard.index);
}

const Stream* State::find(const aws::Scope& scope, std::string_view name) const {
    const auto names = scopes_.find(scope);
    if (names == scopes_.end()) return nullptr;
    const auto entry = names->second.find(name);
    return entry == names->second.end() ? nullptr : &entry->second.stream;
}

std::vector<const Stream*> State::list(const aws::Scope& scope, std::string_view after) const {
    std::vector<const Stream*> streams;
    const auto names = scopes_.find(scope);
    if (names == scopes_.end()) return streams;
    for (auto entry = names->second.upper_bound(after); entry != names->second.end(); ++entry) {
        streams.push_back(&entry->second.stream);
    }
    return streams;
}

std::vector<const Stream*> State::all() const {
    std::vector<const Stream*> streams;
    for (const auto& [scope, names] : scopes_) {
        for (const auto& [name, entry] : names) streams.push_back(&entry.stream);
    }
    return streams;
}

State::Usage State::usage(const aws::Scope& scope) const {
    Usage usage;
    for (const Stream* stream : list(scope)) {
        if (stream->options.on_demand) {
            ++usage.on_demand_streams;
        } else {
            usage.open_shards += stream->routes.size();
        }
    }
    return usage;
}

State::Entry* State::find_entry(const aws::Scope& scope, std::string_view name) {
    const auto names = scopes_.find(scope);
    if (names == scopes_.end()) return nullptr;
    const auto entry = names->second.find(name);
    return entry == names->second.end() ? nullptr : &entry->second;
}

const Stream* State::find(const StreamRef& stream) const {
    const Stream* found = find(stream.scope, stream.name);
    return found != nullptr && found->incarnation == stream.incarnation ? found : nullptr;
}

State::Entry* State::find_same(const StreamRef& stream) {
    Entry* entry = find_entry(stream.scope, stream.name);
    return entry != nullptr && entry->stream.incarnation == stream.incarnation ? entry : nullptr;
}

aws::Outcome<State::Entry*> State::find_active(const aws::Scope& scope, std::string_view name) {
    Entry* entry = find_entry(scope, name);
    if (entry == nullptr) return std::unexpected(stream_not_found(scope, name));
    if (entry->stream.status != StreamStatus::kActive) {
        return std::unexpected(stream_not_active(scope, name, entry->stream.status));
    }
    return entry;
}

void State::erase(const StreamRef& stream) {
    const auto names = scopes_.find(stream.scope);
    names->second.erase(stream.name);
    if (names->second.empty()) scopes_.erase(names);
}

}  // namespace millrace::kinesis
