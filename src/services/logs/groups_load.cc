#include <algorithm>
#include <utility>

#include "services/logs/groups.h"
#include "services/logs/last_entry.h"
#include "services/logs/loading.h"

namespace millrace::logs {
namespace {

using storage::Entry;
using storage::Offset;

constexpr storage::ReadLimits kOneEntry{.entries = 1};

}  // namespace

void Groups::load(storage::Done done) {
    if (auto loaded = load_catalog(); !loaded) return done(std::move(loaded));
    const auto loading = std::make_shared<Loading>(std::move(done));
    for (const auto& [scope, groups] : state_.all()) {
        for (const auto& [name, group] : groups) {
            for (const auto& [stream, _] : group.streams) load_totals({scope, name, stream}, loading);
        }
    }
}

Result<> Groups::load_catalog() {
    for (const auto& [key, value] : dependencies_.catalog.list(kGroupPrefix)) {
        const auto name = parse_catalog_key(key);
        if (!name) return fail(ErrorCode::kCorruption, "not a log group's key in the catalog: " + key);
        auto group = parse_group(*name, value);
        if (!group) return std::unexpected(std::move(group.error()));
        state_.put_group(std::move(*group));
    }
    for (const auto& [key, value] : dependencies_.catalog.list(kStreamPrefix)) {
        const auto name = parse_catalog_key(key);
        if (!name) return fail(ErrorCode::kCorruption, "not a log stream's key in the catalog: " + key);
        auto stream = parse_stream(*name, value);
        if (!stream) return std::unexpected(std::move(stream.error()));
        state_.put_stream(*name, std::move(*stream));
    }
    return loose_.give_back_all();
}

void Groups::load_totals(const StreamKey& key, std::shared_ptr<Loading> loading) {
    const storage::LogId log = state_.find_stream(key)->log;
    if (logs().begin(log) == logs().end(log)) return;
    find_last_entry(logs(), log, logs().end(log),
                    [this, weak = std::weak_ptr(generation_), key,
                     loading = std::move(loading)](Result<std::optional<Entry>> newest) {
                        LogStream* stream = weak.expired() ? nullptr : state_.find_stream(key);
                        if (!newest) return loading->fail(std::move(newest.error()));
                        if (stream == nullptr || !*newest) return;
                        const auto batch = decode_batch((*newest)->payload.view());
                        if (!batch) return loading->fail(batch.error());
                        const BatchHeader& header = batch->header;
                        stream->totals = StreamTotals{header.first_event, (*newest)->time, header.ingestion,
                                                      header.bytes_before + batch->bytes};
                        if (logs().begin(stream->log) > Offset{0}) load_oldest(key, loading);
                    });
}

void Groups::load_oldest(const StreamKey& key, std::shared_ptr<Loading> loading) {
    const storage::LogId log = state_.find_stream(key)->log;
    logs().read(log, logs().begin(log), kOneEntry,
                [this, weak = std::weak_ptr(generation_), key,
                 loading = std::move(loading)](Result<std::vector<Entry>> entries) {
                    LogStream* stream = weak.expired() ? nullptr : state_.find_stream(key);
                    if (!entries) return loading->fail(std::move(entries.error()));
                    if (stream == nullptr || !stream->totals) return;
                    StreamTotals& totals = *stream->totals;
                    if (entries->empty()) {
                        totals.first_event = totals.last_event;
                        totals.bytes_trimmed = totals.bytes_ever;
                        return;
                    }
                    const auto oldest = decode_batch(entries->front().payload.view());
                    if (!oldest) return loading->fail(oldest.error());
                    totals.first_event =
                        std::ranges::min(oldest->events, {}, &EventView::timestamp).timestamp;
                    totals.bytes_trimmed = oldest->header.bytes_before;
                });
}

}  // namespace millrace::logs
