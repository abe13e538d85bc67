#include "services/logs/groups.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "services/logs/errors.h"
#include "services/logs/limits.h"
#include "services/logs/loading.h"
#include "storage/entry_buffer.h"

namespace millrace::logs {
namespace {

/// Where the next entry ends: as many events as fit the target, at least one.
std::size_t entry_end(const std::vector<LogEvent>& events, std::size_t begin) {
    std::size_t bytes = 0;
    std::size_t end = begin;
    while (end < events.size() && (end == begin || bytes < kEntryBytesTarget))
        bytes += counted_bytes(events[end++].message);
    return end;
}

storage::EntryBuffer buffer_for(const std::vector<StreamAppend>& appends) {
    std::size_t bytes = 0;
    for (const StreamAppend& append : appends) {
        for (const LogEvent& event : append.events) bytes += kEventHeaderBytes + event.message.size();
    }
    const std::size_t entries = appends.size() + bytes / kEntryBytesTarget;
    return {entries, bytes + entries * kBatchHeaderBytes};
}

/// Appends the events as entries and counts them.
void add_entries(storage::EntryBuffer& entries, LogStream& stream, const std::vector<LogEvent>& events,
                 WallTime now) {
    for (std::size_t begin = 0; begin < events.size();) {
        const std::size_t end = entry_end(events, begin);
        const std::span part{events.data() + begin, end - begin};
        const auto [earliest, latest] = std::ranges::minmax_element(part, {}, &LogEvent::timestamp);
        StreamTotals& totals =
            stream.totals ? *stream.totals
                          : stream.totals.emplace(StreamTotals{earliest->timestamp, latest->timestamp, now});
        totals.first_event = std::min(totals.first_event, earliest->timestamp);
        totals.last_event = std::max(totals.last_event, latest->timestamp);
        totals.last_ingestion = now;
        append_batch(entries.bytes(), {now, totals.first_event, totals.bytes_ever}, part);
        entries.end_entry(stream.log, totals.last_event);
        for (const LogEvent& event : part) totals.bytes_ever += counted_bytes(event.message);
        begin = end;
    }
}

}  // namespace

void Groups::create_group(LogGroup group, Answer answer) {
    changes_.run(
        [this, group = std::move(group)]() mutable -> aws::Outcome<Change> {
            if (state_.find_group(group.scope, group.name) != nullptr) return std::unexpected(group_exists());
            storage::CatalogChange catalog{
                .puts = {{group_catalog_key(group.scope, group.name), to_catalog_value(group)}}};
            return Change{std::move(catalog),
                          [this, group = std::move(group)]() mutable { state_.put_group(std::move(group)); }};
        },
        std::move(answer));
}

void Groups::delete_group(const aws::Scope& scope, std::string name, Answer answer) {
    changes_.run(
        [this, scope, name = std::move(name)]() mutable -> aws::Outcome<Change> {
            const LogGroup* group = state_.find_group(scope, name);
            if (group == nullptr) return std::unexpected(group_not_found());
            if (group->deletion_protected) return std::unexpected(deletion_protected());
            storage::CatalogChange catalog{.erases = {group_catalog_key(scope, name)}};
            std::vector<storage::LogId> logs;
            for (const auto& [stream_name, stream] : group->streams) {
                catalog.erases.push_back(stream_catalog_key({scope, name, stream_name}));
                loose_.put(catalog, stream.log);
                logs.push_back(stream.log);
            }
            return Change{std::move(catalog), [this, scope, name = std::move(name), logs = std::move(logs)] {
                              state_.remove_group(scope, name);
                              for (const auto log : logs) loose_.give_back(log);
                          }};
        },
        std::move(answer));
}

void Groups::edit_group(const aws::Scope& scope, std::string name,
                        std::move_only_function<aws::Outcome<void>(LogGroup&)> edit, Answer answer) {
    changes_.run(
        [this, scope, name = std::move(name), edit = std::move(edit)]() mutable -> aws::Outcome<Change> {
            const LogGroup* group = state_.find_group(scope, name);
            if (group == nullptr) return std::unexpected(group_not_found());
            LogGroup edited{.scope = scope,
                            .name = name,
                            .created = group->created,
                            .retention_days = group->retention_days,
                            .kms_key_id = group->kms_key_id,
                            .log_class = group->log_class,
                            .tags = group->tags,
                            .deletion_protected = group->deletion_protected};
            if (auto good = edit(edited); !good) return std::unexpected(std::move(good.error()));
            storage::CatalogChange catalog{
                .puts = {{group_catalog_key(scope, name), to_catalog_value(edited)}}};
            return Change{std::move(catalog), [this, edited = std::move(edited)]() mutable {
                              state_.put_group(std::move(edited));
                          }};
        },
        std::move(answer));
}

void Groups::create_stream(StreamKey key, Answer answer) {
    changes_.run(
        [this, key = std::move(key)]() -> aws::Outcome<Change> {
            if (state_.find_group(key.scope, key.group) == nullptr) return std::unexpected(group_not_found());
            if (state_.find_stream(key) != nullptr) return std::unexpected(stream_exists());
            LogStream stream{key.stream, dependencies_.catalog.new_log_id(), clock().now()};
            storage::CatalogChange catalog{.puts = {{stream_catalog_key(key), to_catalog_value(stream)}}};
            return Change{std::move(catalog),
                          [this, key, stream = std::move(stream)] { state_.put_stream(key, stream); }};
        },
        std::move(answer));
}

void Groups::delete_stream(StreamKey key, Answer answer) {
    changes_.run(
        [this, key = std::move(key)]() -> aws::Outcome<Change> {
            if (state_.find_group(key.scope, key.group) == nullptr) return std::unexpected(group_not_found());
            const LogStream* stream = state_.find_stream(key);
            if (stream == nullptr) return std::unexpected(stream_not_found());
            storage::CatalogChange catalog{.erases = {stream_catalog_key(key)}};
            loose_.put(catalog, stream->log);
            return Change{std::move(catalog), [this, key, log = stream->log] {
                              state_.remove_stream(key);
                              loose_.give_back(log);
                          }};
        },
        std::move(answer));
}

void Groups::ensure_streams(std::vector<StreamKey> keys, Answer answer) {
    changes_.run(
        [this, keys = std::move(keys)]() mutable -> aws::Outcome<Change> {
            storage::CatalogChange catalog;
            std::map<std::string, LogGroup>
                groups;  // by catalog key: one group may be missing for several streams
            std::vector<std::pair<StreamKey, LogStream>> streams;
            for (const StreamKey& key : keys) {
                if (state_.find_group(key.scope, key.group) == nullptr) {
                    groups.try_emplace(
                        group_catalog_key(key.scope, key.group),
                        LogGroup{.scope = key.scope, .name = key.group, .created = clock().now()});
                }
                if (state_.find_stream(key) != nullptr) continue;
                streams.emplace_back(
                    key, LogStream{key.stream, dependencies_.catalog.new_log_id(), clock().now()});
                catalog.puts.emplace_back(stream_catalog_key(key), to_catalog_value(streams.back().second));
            }
            for (const auto& [key, group] : groups) catalog.puts.emplace_back(key, to_catalog_value(group));
            return Change{std::move(catalog),
                          [this, groups = std::move(groups), streams = std::move(streams)]() mutable {
                              for (auto& [_, group] : groups) state_.put_group(std::move(group));
                              for (auto& [key, stream] : streams) state_.put_stream(key, std::move(stream));
                          }};
        },
        std::move(answer));
}

void Groups::append(std::vector<StreamAppend> appends, storage::Done done) {
    const WallTime now = clock().now();
    storage::EntryBuffer entries = buffer_for(appends);
    for (const StreamAppend& append : appends) {
        if (LogStream* stream = state_.find_stream(append.key))
            add_entries(entries, *stream, append.events, now);
    }
    if (entries.empty()) return done({});
    dependencies_.logs.append(
        std::move(entries).take(),
        [done = std::move(done)](Result<std::vector<storage::Offset>> appended) mutable {
            done(appended ? Result<>{} : std::unexpected(std::move(appended.error())));
        });
}

void Groups::trim_expired() {
    for (auto& [scope, groups] : state_.all()) {
        for (auto& [name, group] : groups) {
            const auto oldest = group.oldest_kept(clock().now());
            if (!oldest) continue;
            for (auto& [stream_name, stream] : group.streams) {
                if (stream.totals && stream.totals->first_event < *oldest)
                    trim({scope, name, stream_name}, *oldest);
            }
        }
    }
}

void Groups::trim(const StreamKey& key, WallTime oldest) {
    const storage::LogId log = state_.find_stream(key)->log;
    logs().find_time(
        log, oldest, [this, weak = std::weak_ptr(generation_), key, log](Result<storage::Offset> offset) {
            LogStream* stream = weak.expired() ? nullptr : state_.find_stream(key);
            if (!offset || stream == nullptr || stream->log != log || *offset <= logs().begin(log)) return;
            logs().trim(log, *offset, [](Result<> trimmed) {
                if (!trimmed)
                    millrace::log(LogLevel::kError, "cannot trim a log stream",
                                  {{"error", trimmed.error().message}});
            });
            load_oldest(key, std::make_shared<Loading>([](Result<>) {}));
        });
}

void Groups::reset() {
    generation_ = std::make_shared<int>();
    changes_.clear();
    state_.clear();
}

}  // namespace millrace::logs
