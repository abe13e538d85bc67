#include "cli/replay/shard_replay.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/units.h"
#include "codec/json.h"
#include "codec/kinesis_event.h"
#include "codec/timestamp.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonObject;

/// Of an event, as a mapping keeps it; a record that is larger alone is handed over alone.
constexpr std::size_t kEventBytesMax = 6_MiB - 1_KiB;
constexpr Milliseconds kRetryFirst{100};
constexpr Milliseconds kRetryLongest{5'000};
/// Others read from the shard, or use the function, too.
constexpr Milliseconds kThrottledPause{200};

bool is_throttled(const ApiError& error) {
    return error.code == "ProvisionedThroughputExceededException" || error.code == "TooManyRequestsException";
}

}  // namespace

std::size_t taken_by_answer(std::string_view answer, std::span<const StreamRecord> batch) {
    const auto json = codec::parse_json(answer);
    if (!json || !json->is_object()) return batch.size();
    std::size_t taken = batch.size();
    for (const Json& failure : list_at(*json, "batchItemFailures")) {
        const std::string id = text_at(failure, "itemIdentifier");
        const auto named = std::ranges::find(batch, id, &StreamRecord::sequence_number);
        if (named == batch.end()) return 0;
        taken = std::min(taken, static_cast<std::size_t>(named - batch.begin()));
    }
    return taken;
}

ShardReplay::ShardReplay(Api& api, const ReplayPlan& plan, std::string shard, Events events)
    : api_(api), plan_(plan), shard_(std::move(shard)), events_(std::move(events)) {}

Answer<std::string> ShardReplay::open(const std::optional<std::string>& after) {
    JsonObject input{{"StreamName", plan_.stream}, {"ShardId", shard_}};
    if (after) {
        input["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER";
        input["StartingSequenceNumber"] = *after;
    } else if (plan_.from) {
        input["ShardIteratorType"] = "AT_TIMESTAMP";
        input["Timestamp"] = codec::to_epoch_seconds(*plan_.from);
    } else {
        input["ShardIteratorType"] = "TRIM_HORIZON";
    }
    const auto answer = api_.kinesis("GetShardIterator", input);
    if (!answer) return std::unexpected(answer.error());
    return text_at(*answer, "ShardIterator");
}

Answer<void> ShardReplay::read(std::optional<std::string>& iterator) {
    const auto answer = api_.kinesis("GetRecords", {{"ShardIterator", *iterator}, {"Limit", 10'000}});
    if (!answer) {
        if (!is_throttled(answer.error())) return std::unexpected(answer.error());
        std::this_thread::sleep_for(kThrottledPause);
        return {};
    }
    const std::size_t before = pending_.size();
    if (const auto appended = append_records(*answer, pending_); !appended) return appended;
    const auto later =
        std::find_if(pending_.begin() + static_cast<std::ptrdiff_t>(before), pending_.end(),
                     [this](const StreamRecord& record) { return record.arrival > plan_.until; });
    const bool reached = later != pending_.end();
    pending_.erase(later, pending_.end());
    const bool at_tip = text_at(*answer, "MillisBehindLatest") == "0";
    std::string next = text_at(*answer, "NextShardIterator");
    if (reached || at_tip || next.empty()) {
        iterator.reset();
    } else {
        iterator = std::move(next);
    }
    return {};
}

std::size_t ShardReplay::next_batch_size() const {
    const codec::KinesisEventSource source{.arn = plan_.source.stream_arn,
                                           .shard_id = shard_,
                                           .region = plan_.source.region(),
                                           .role = plan_.source.function_role};
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (const codec::KinesisEventRecord& record :
         event_records(std::span(pending_).first(std::min(pending_.size(), plan_.batch_records_max)))) {
        bytes += codec::event_bytes(record, source);
        if (count > 0 && bytes > kEventBytesMax) break;
        ++count;
    }
    return count;
}

Answer<std::size_t> ShardReplay::attempt(std::span<const StreamRecord> batch, std::string& reason) {
    const std::string event =
        codec::make_kinesis_event(event_records(batch), {.arn = plan_.source.stream_arn,
                                                         .shard_id = shard_,
                                                         .region = plan_.source.region(),
                                                         .role = plan_.source.function_role});
    for (;;) {
        const auto invocation = api_.invoke(plan_.function, event, false, false);
        if (!invocation && is_throttled(invocation.error()) && !events_.stopped()) {
            std::this_thread::sleep_for(kThrottledPause);
            continue;
        }
        // What the function cannot be asked at all (a record above its limit) is its failure, too.
        if (!invocation && invocation.error().code == "RequestTooLargeException") {
            reason = invocation.error().message;
            return 0;
        }
        if (!invocation) return std::unexpected(invocation.error());
        if (!invocation->function_error.empty()) {
            reason = invocation->payload;
            return 0;
        }
        const std::size_t taken = taken_by_answer(invocation->payload, batch);
        if (taken < batch.size()) reason = "the function named it in batchItemFailures";
        return taken;
    }
}

Answer<ShardReplay::Outcome> ShardReplay::hand_over(std::span<const StreamRecord> batch) {
    Milliseconds pause = kRetryFirst;
    std::string reason;
    for (int attempts = 1; !batch.empty(); ++attempts) {
        if (events_.stopped()) return Outcome::kStop;
        const auto taken = attempt(batch, reason);
        // Throttled calls are given up only when the replay is to stop.
        if (!taken && is_throttled(taken.error())) return Outcome::kStop;
        if (!taken) return std::unexpected(taken.error());
        if (*taken > 0) {
            if (!events_.taken(batch.first(*taken))) return Outcome::kStop;
            batch = batch.subspan(*taken);
            attempts = 0;
            pause = kRetryFirst;
            continue;
        }
        if (attempts < plan_.attempts_max) {
            std::this_thread::sleep_for(pause);
            pause = std::min(2 * pause, kRetryLongest);
            continue;
        }
        const bool goes_on = events_.failed({.shard = shard_,
                                             .records = batch.size(),
                                             .first = batch.front().sequence_number,
                                             .last = batch.back().sequence_number,
                                             .reason = reason});
        return goes_on ? Outcome::kGoOn : Outcome::kStop;
    }
    return Outcome::kGoOn;
}

Answer<bool> ShardReplay::run(const std::optional<std::string>& after) {
    const auto opened = open(after);
    if (!opened) return std::unexpected(opened.error());
    std::optional<std::string> iterator = *opened;
    while (iterator || !pending_.empty()) {
        while (iterator && pending_.size() < plan_.batch_records_max) {
            if (events_.stopped()) return false;
            if (const auto done = read(iterator); !done) return std::unexpected(done.error());
        }
        const std::size_t size = next_batch_size();
        const auto outcome = hand_over(std::span(pending_).first(size));
        if (!outcome) return std::unexpected(outcome.error());
        if (*outcome == Outcome::kStop) return false;
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size));
    }
    return true;
}

}  // namespace millrace::cli
