#include "services/kinesis/retention.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

Milliseconds period_of(const Stream& stream) {
    return std::chrono::hours{stream.options.retention_hours};
}

void report(const Error& error) {
    log(LogLevel::kWarn, "cannot trim expired records", {{"error", error.message}});
}

}  // namespace

Retention::Retention(Executor& executor, const Clock& clock, storage::LogStore& store, const State& state,
                     Expire expire)
    : executor_(executor), clock_(clock), store_(store), state_(state), expire_(std::move(expire)) {}

Retention::~Retention() {
    executor_.cancel(timer_);
}

void Retention::sweep() {
    executor_.cancel(std::exchange(timer_, TimerId{}));
    earliest_next_ = clock_.now() + kRetentionInterval;
    for (const Stream* stream : state_.all()) sweep_stream(*stream);
}

void Retention::appended(const Stream& stream) {
    schedule_at(clock_.now() + period_of(stream));
}

void Retention::changed(const Stream& stream) {
    for (const auto& [index, shard] : stream.shards.by_index()) {
        schedule_oldest(shard.log, period_of(stream));
        if (shard.closed) schedule_at(shard.closed->at + period_of(stream));
    }
}

void Retention::sweep_stream(const Stream& stream) {
    const Milliseconds period = period_of(stream);
    std::vector<Shard> expired;
    for (const auto& [index, shard] : stream.shards.by_index()) {
        if (!shard.closed || shard.closed->at + period >= clock_.now()) {
            sweep_shard(shard.log, period);
            if (shard.closed) schedule_at(shard.closed->at + period);
        } else {
            expired.push_back(shard);
        }
    }
    if (!expired.empty()) expire_(stream, std::move(expired));
}

void Retention::sweep_shard(storage::LogId log, Milliseconds period) {
    if (store_.begin(log) == store_.end(log)) return;
    store_.find_time(log, clock_.now() - period,
                     [weak = std::weak_ptr(self_), log, period](Result<storage::Offset> kept) {
                         const auto self = weak.lock();
                         if (!self) return;
                         Retention& retention = **self;
                         if (!kept) return report(kept.error());
                         if (*kept > retention.store_.begin(log)) {
                             retention.store_.trim(log, *kept, [](Result<> trimmed) {
                                 if (!trimmed) report(trimmed.error());
                             });
                         }
                         retention.schedule_oldest(log, period);
                     });
}

void Retention::schedule_oldest(storage::LogId log, Milliseconds period) {
    if (store_.begin(log) == store_.end(log)) return;
    store_.read(log, store_.begin(log), {.entries = 1},
                [weak = std::weak_ptr(self_), period](Result<std::vector<storage::Entry>> oldest) {
                    const auto self = weak.lock();
                    if (!self || !oldest || oldest->empty()) return;
                    (*self)->schedule_at(oldest->front().time + period);
                });
}

void Retention::schedule_at(WallTime expiry) {
    const WallTime when = std::max(expiry + Milliseconds{1}, earliest_next_);
    if (timer_ != TimerId{}) {
        if (scheduled_ <= when) return;
        executor_.cancel(timer_);
    }
    scheduled_ = when;
    timer_ = executor_.run_at(clock_.monotonic() + std::max(when - clock_.now(), Milliseconds{0}), [this] {
        timer_ = TimerId{};
        sweep();
    });
}

}  // namespace millrace::kinesis
