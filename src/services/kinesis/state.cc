#include "services/kinesis/state.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<void> check_quotas(const State::Usage& usage, const aws::Scope& scope,
                                const StreamOptions& options) {
    const auto more = static_cast<std::size_t>(options.shard_count);
    if (options.on_demand) {
        if (usage.on_demand_streams < kOnDemandStreamsMax) return {};
        return std::unexpected(on_demand_limit_exceeded(scope, kOnDemandStreamsMax));
    }
    if (usage.open_shards + more <= kShardsMax) return {};
    return std::unexpected(shard_limit_exceeded(scope, usage.open_shards, kShardsMax, more));
}

}  // namespace

void State::restore(Stream stream) {
    Names& names = scopes_[stream.scope];
    std::string name = stream.name;
    StreamOptions newest = stream.options;
    names.insert_or_assign(std::move(name), Entry{.stream = std::move(stream), .newest = std::move(newest)});
}

aws::Outcome<Stream> State::begin_create(const aws::Scope& scope, std::string name, StreamOptions options,
                                         WallTime now, const std::function<storage::LogId()>& new_log_id) {
    if (find(scope, name) != nullptr) return std::unexpected(stream_exists(scope, name));
    if (auto fits = check_quotas(usage(scope), scope, options); !fits)
        return std::unexpected(std::move(fits.error()));
    Stream stream{.scope = scope,
                  .name = std::move(name),
                  .created = now,
                  .status = StreamStatus::kCreating,
                  .options = std::move(options)};
    for (const HashKeyRange& range : split_evenly(static_cast<std::size_t>(stream.options.shard_count))) {
        const auto index = static_cast<std::uint32_t>(stream.shards.size());
        stream.shards.push_back({.index = index, .log = new_log_id(), .created = now, .range = range});
    }
    restore(stream);
    return stream;
}

void State::finish_create(const Stream& stream, bool committed) {
    Entry* entry = find_same(stream);
    if (entry == nullptr) return;
    if (committed) {
        entry->stream.status = StreamStatus::kActive;
    } else {
        erase(stream);
    }
}

aws::Outcome<Stream> State::begin_delete(const aws::Scope& scope, std::string_view name) {
    const auto entry = find_active(scope, name);
    if (!entry) return std::unexpected(entry.error());
    (*entry)->stream.status = StreamStatus::kDeleting;
    return (*entry)->stream;
}

void State::finish_delete(const Stream& stream, bool committed) {
    Entry* entry = find_same(stream);
    if (entry == nullptr) return;
    if (committed) {
        erase(stream);
    } else {
        entry->stream.status = StreamStatus::kActive;
    }
}

aws::Outcome<Stream> State::begin_change(const aws::Scope& scope, std::string_view name,
                                         ChangeOptions change) {
    const auto entry = find_active(scope, name);
    if (!entry) return std::unexpected(entry.error());
    StreamOptions options = (*entry)->newest;
    if (auto changed = change(options); !changed) return std::unexpected(std::move(changed.error()));
    (*entry)->newest = options;
    Stream stream = (*entry)->stream;
    stream.options = std::move(options);
    return stream;
}

void State::finish_change(const Stream& stream, bool committed) {
    Entry* entry = find_same(stream);
    if (entry == nullptr) return;
    if (committed) {
        entry->stream.options = stream.options;
    } else {
        entry->newest = entry->stream.options;
    }
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
            usage.open_shards += stream->shards.size();
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

State::Entry* State::find_same(const Stream& stream) {
    Entry* entry = find_entry(stream.scope, stream.name);
    return entry != nullptr && entry->stream.shards == stream.shards ? entry : nullptr;
}

aws::Outcome<State::Entry*> State::find_active(const aws::Scope& scope, std::string_view name) {
    Entry* entry = find_entry(scope, name);
    if (entry == nullptr) return std::unexpected(stream_not_found(scope, name));
    if (entry->stream.status != StreamStatus::kActive) {
        return std::unexpected(stream_not_active(scope, name, entry->stream.status));
    }
    return entry;
}

void State::erase(const Stream& stream) {
    const auto names = scopes_.find(stream.scope);
    names->second.erase(stream.name);
    if (names->second.empty()) scopes_.erase(names);
}

}  // namespace millrace::kinesis
