#include "cli/replay/replay_run.h"

#include <algorithm>
#include <utility>

namespace millrace::cli {
namespace {

/// The function takes again at most what it took since the checkpoint was written last.
constexpr std::chrono::milliseconds kSaveEvery{500};

double ratio(WallTime from, WallTime now, WallTime until) {
    if (until <= from) return 1;
    const auto passed = std::chrono::duration<double>(now - from);
    return std::clamp(passed / std::chrono::duration<double>(until - from), 0.0, 1.0);
}

}  // namespace

ReplayRun::ReplayRun(const SessionOptions& session, const ReplayPlan& plan, std::vector<ShardLineage> shards,
                     ReplayCheckpoint* checkpoint, const Options& options)
    : plan_(plan), options_(options), checkpoint_(checkpoint), schedule_(std::move(shards)) {
    const std::size_t threads = std::clamp<std::size_t>(schedule_.size(), 1, options.shards_at_once);
    working_ = threads;
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, session] { work(session); });
}

ReplayRun::~ReplayRun() {
    stop();
}

bool ReplayRun::wait(Milliseconds at_most) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    MutexLock lock(mutex_);
    while (working_ > 0) {
        if (changed_.wait_until(mutex_, deadline) == std::cv_status::timeout) break;
    }
    return working_ == 0;
}

ReplayProgress ReplayRun::progress() {
    MutexLock lock(mutex_);
    ReplayProgress progress = progress_;
    for (const auto& [shard, share] : shares_)
        progress.share += share / static_cast<double>(schedule_.size());
    return progress;
}

std::vector<FailedBatch> ReplayRun::failed() {
    MutexLock lock(mutex_);
    return failed_;
}

std::optional<std::string> ReplayRun::error() {
    MutexLock lock(mutex_);
    return error_;
}

Result<> ReplayRun::save() {
    MutexLock lock(mutex_);
    return checkpoint_ == nullptr ? Result<>{} : checkpoint_->save();
}

void ReplayRun::work(const SessionOptions& options) {
    if (const auto session = open_session(options)) {
        while (const auto shard = next_shard()) replay((*session)->api, *shard);
    } else {
        fail(session.error().message);
    }
    MutexLock lock(mutex_);
    --working_;
    changed_.notify_all();
}

/// Waits for a shard whose parents are done.
std::optional<std::string> ReplayRun::next_shard() {
    MutexLock lock(mutex_);
    while (!stopped_ && !schedule_.is_exhausted()) {
        if (auto shard = schedule_.take()) return shard;
        changed_.wait_until(mutex_, std::chrono::steady_clock::now() + kSaveEvery);
    }
    return std::nullopt;
}

void ReplayRun::replay(Api& api, const std::string& shard) {
    std::optional<std::string> after;
    if (checkpoint_ != nullptr) {
        MutexLock lock(mutex_);
        after = checkpoint_->taken(shard);
    }
    ShardReplay replay(api, plan_, shard,
                       {.taken = [&](std::span<const StreamRecord> records) { return taken(shard, records); },
                        .failed = [this](const FailedBatch& batch) { return give_up(batch); },
                        .stopped = [this] { return stopped_.load(); }});
    const auto finished = replay.run(after);
    if (!finished) return fail(shard + ": " + finished.error().message);
    if (!*finished) return;
    MutexLock lock(mutex_);
    schedule_.finish(shard);
    ++progress_.shards_done;
    shares_[shard] = 1;
    changed_.notify_all();
}

bool ReplayRun::taken(const std::string& shard, std::span<const StreamRecord> records) {
    MutexLock lock(mutex_);
    progress_.records += records.size();
    for (const StreamRecord& record : records) progress_.bytes += record.data.size();
    const WallTime first = first_arrivals_.emplace(shard, records.front().arrival).first->second;
    shares_[shard] = ratio(first, records.back().arrival, plan_.until);
    if (checkpoint_ != nullptr) {
        checkpoint_->take(shard, records.back().sequence_number);
        const auto now = std::chrono::steady_clock::now();
        if (now - saved_ > kSaveEvery) {
            saved_ = now;
            if (const auto saved = checkpoint_->save(); !saved) {
                if (!error_) error_ = saved.error().message;
                stopped_ = true;
            }
        }
    }
    return !stopped_;
}

bool ReplayRun::give_up(const FailedBatch& batch) {
    MutexLock lock(mutex_);
    failed_.push_back(batch);
    if (!options_.skip_failed) {
        stopped_ = true;
        return false;
    }
    if (checkpoint_ != nullptr) checkpoint_->take(batch.shard, batch.last);
    return true;
}

void ReplayRun::fail(std::string reason) {
    MutexLock lock(mutex_);
    if (!error_) error_ = std::move(reason);
    stopped_ = true;
    changed_.notify_all();
}

}  // namespace millrace::cli
