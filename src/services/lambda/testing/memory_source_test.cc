#include "services/lambda/testing/memory_source.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace millrace::lambda::testing {

struct MemorySource::WatchHandle final : ports::Watch {
    WatchHandle(MemorySource& owner, std::string arn, std::move_only_function<void()> on_change)
        : source(owner), stream_arn(std::move(arn)), wake(std::move(on_change)) {
        source.watches_.insert(this);
    }
    ~WatchHandle() override { source.watches_.erase(this); }
    MemorySource& source;
    std::string stream_arn;
    std::move_only_function<void()> wake;
};

MemorySource::Shard& MemorySource::add_shard(const std::string& stream_arn, const std::string& shard_id,
                                             std::vector<std::string> parents, std::uint64_t incarnation) {
    Shard& shard = streams_[stream_arn][shard_id];
    shard.about = {.shard_id = shard_id, .incarnation = incarnation, .parents = std::move(parents)};
    wake_all(stream_arn);
    return shard;
}

void MemorySource::put(const std::string& stream_arn, const std::string& shard_id, std::string data,
                       WallTime arrival, std::string partition_key) {
    Shard& shard = *find(stream_arn, shard_id);
    shard.records.push_back({.cursor = ports::Cursor{shard.end},
                             .sequence_number = fmt::format("{}", 1000 + shard.end),
                             .partition_key = std::move(partition_key),
                             .arrival = arrival,
                             .data = SharedBytes(std::move(data))});
    ++shard.end;
    wake_all(stream_arn);
}

void MemorySource::close_shard(const std::string& stream_arn, const std::string& shard_id) {
    find(stream_arn, shard_id)->closed = true;
    wake_all(stream_arn);
}

void MemorySource::trim(const std::string& stream_arn, const std::string& shard_id, std::uint64_t before) {
    std::erase_if(find(stream_arn, shard_id)->records,
                  [&](const auto& record) { return record.cursor.value() < before; });
}

void MemorySource::remove_shard(const std::string& stream_arn, const std::string& shard_id) {
    streams_.at(stream_arn).erase(shard_id);
    wake_all(stream_arn);
}

void MemorySource::remove_stream(const std::string& stream_arn) {
    streams_.erase(stream_arn);
    wake_all(stream_arn);
}

Result<std::vector<ports::SourceShard>> MemorySource::shards(const std::string& stream_arn) const {
    const auto found = streams_.find(stream_arn);
    if (found == streams_.end()) return fail(ErrorCode::kNotFound, "no such stream");
    std::vector<ports::SourceShard> shards;
    for (const auto& [id, shard] : found->second) shards.push_back(shard.about);
    return shards;
}

MemorySource::Shard* MemorySource::find(const std::string& stream_arn, const std::string& shard_id) {
    const auto stream = streams_.find(stream_arn);
    if (stream == streams_.end()) return nullptr;
    const auto shard = stream->second.find(shard_id);
    return shard == stream->second.end() ? nullptr : &shard->second;
}

void MemorySource::locate(const std::string& stream_arn, const std::string& shard_id,
                          ports::StartingPosition position, WallTime timestamp,
                          std::move_only_function<void(Result<ports::Cursor>)> done) {
    const Shard* shard = find(stream_arn, shard_id);
    if (shard == nullptr) return done(fail(ErrorCode::kNotFound, "no such shard"));
    std::uint64_t cursor = shard->end;
    if (position != ports::StartingPosition::kLatest) {
        for (const ports::SourceRecord& record : shard->records) {
            if (position == ports::StartingPosition::kAtTimestamp && record.arrival < timestamp) continue;
            cursor = record.cursor.value();
            break;
        }
    }
    done(ports::Cursor{cursor});
}

void MemorySource::read(const std::string& stream_arn, const std::string& shard_id, ports::Cursor from,
                        ports::SourceLimits limits,
                        std::move_only_function<void(Result<ports::SourceBatch>)> done) {
    ++reads;
    const Shard* shard = find(stream_arn, shard_id);
    if (shard == nullptr) return done(fail(ErrorCode::kNotFound, "no such shard"));
    ports::SourceBatch batch;
    std::size_t bytes = 0;
    for (const ports::SourceRecord& record : shard->records) {
        if (record.cursor < from) continue;
        bytes += record.data.size();
        if (batch.records.size() == limits.records || (bytes > limits.bytes && !batch.records.empty())) break;
        batch.records.push_back(record);
    }
    const std::uint64_t next = batch.records.empty() ? shard->end : batch.records.back().cursor.value() + 1;
    batch.end_of_shard = shard->closed && next == shard->end;
    done(std::move(batch));
}

std::unique_ptr<ports::Watch> MemorySource::watch(const std::string& stream_arn,
                                                  std::move_only_function<void()> wake) {
    return std::make_unique<WatchHandle>(*this, stream_arn, std::move(wake));
}

void MemorySource::wake_all(const std::string& stream_arn) {
    for (WatchHandle* watch : watches_) {
        if (watch->stream_arn != stream_arn) continue;
        home_.post([this, watch] {
            if (watches_.contains(watch)) watch->wake();
        });
    }
}

}  // namespace millrace::lambda::testing
