#include "services/sqs/move_tasks.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "base/number.h"

namespace millrace::sqs {
namespace {

void log_failure(std::string_view what, const Queue& queue, const Error& error) {
    log(LogLevel::kError, what, {{"queue", queue.description().arn()}, {"error", error.message}});
}

}  // namespace

std::string moves_key(storage::LogId source) {
    return fmt::format("{}{}", kMovesPrefix, source.value());
}

Result<> MoveTasks::recover(const std::vector<std::shared_ptr<Queue>>& queues) {
    std::map<storage::LogId, std::vector<MoveTask>> kept;
    for (const auto& [key, value] : dependencies_.catalog.list(kMovesPrefix)) {
        auto tasks = parse_move_tasks(value);
        const std::uint64_t log =
            parse_number<std::uint64_t>(std::string_view(key).substr(kMovesPrefix.size())).value_or(0);
        if (!tasks || log == 0) {
            return fail(ErrorCode::kCorruption, fmt::format("the catalog's entry '{}' is not readable", key));
        }
        kept[storage::LogId{log}] = std::move(*tasks);
    }
    if (kept.empty()) return {};
    for (const auto& queue : queues) {
        const auto at = kept.find(queue->description().log);
        if (at == kept.end()) continue;
        auto source = std::make_shared<Source>(Source{.queue = queue, .tasks = std::move(at->second)});
        sources_.emplace(at->first, source);
        if (source->tasks.empty() || !is_active(source->tasks.front())) continue;
        MoveTask& task = source->tasks.front();
        const std::uint64_t left = std::min<std::uint64_t>(queue->state().ready(), task.to_move - task.moved);
        task.moved = task.to_move - left;
        keep_rate_from_now(*source);
        run(source);
    }
    return {};
}

std::vector<MoveTask> MoveTasks::list(const Queue& source) const {
    const auto at = sources_.find(source.description().log);
    return at == sources_.end() ? std::vector<MoveTask>() : at->second->tasks;
}

void MoveTasks::start(const std::shared_ptr<Queue>& queue, MoveTask task, storage::Done done) {
    auto& source = sources_[queue->description().log];
    if (!source) source = std::make_shared<Source>(Source{.queue = queue});
    const std::vector<MoveTask> before = source->tasks;
    source->tasks.insert(source->tasks.begin(), std::move(task));
    if (source->tasks.size() > kKept) source->tasks.pop_back();
    keep_rate_from_now(*source);
    write(*source, [this, source, before, done = std::move(done)](Result<> written) mutable {
        if (written) {
            run(source);
        } else {
            source->tasks = before;
        }
        done(std::move(written));
    });
}

void MoveTasks::cancel(const Queue& queue, storage::Done done) {
    const auto& source = sources_.at(queue.description().log);
    source->tasks.front().status = MoveTask::Status::kCancelling;
    source->cancelling.push_back(std::move(done));
    // With the next batch, or instead of it.
    run(source);
}

void MoveTasks::forget(const Queue& queue) {
    const auto at = sources_.find(queue.description().log);
    if (at == sources_.end()) return;
    const auto source = at->second;
    sources_.erase(at);
    for (auto& done : std::exchange(source->cancelling, {})) done({});
}

bool MoveTasks::is_current(const std::shared_ptr<Source>& source) const {
    const auto at = sources_.find(source->queue->description().log);
    return at != sources_.end() && at->second == source;
}

void MoveTasks::run(const std::shared_ptr<Source>& source) {
    if (!is_current(source) || source->tasks.empty() || source->moving) return;
    const MoveTask& task = source->tasks.front();
    if (task.status == MoveTask::Status::kCancelling) return finish(source, MoveTask::Status::kCancelled);
    if (task.status != MoveTask::Status::kRunning) return;
    if (task.moved >= task.to_move) return finish(source, MoveTask::Status::kCompleted);
    const MonotonicTime now = dependencies_.clock.monotonic();
    const auto rate = static_cast<std::uint64_t>(task.rate.value_or(kRateMax));
    const auto elapsed = std::chrono::duration_cast<Milliseconds>(now - source->began).count();
    const std::uint64_t moved_here = task.moved - source->moved_before;
    const std::uint64_t allowed = static_cast<std::uint64_t>(elapsed) * rate / 1'000;
    if (allowed > moved_here) {
        const std::uint64_t batch = std::max<std::uint64_t>(1, rate * kTick.count() / 1'000);
        return move(source, std::min({allowed - moved_here, task.to_move - task.moved, batch}));
    }
    const Milliseconds due{(moved_here + 1) * 1'000 / rate + 1};
    run_later(source, std::max(source->began + due, now + kTick));
}

void MoveTasks::run_later(const std::shared_ptr<Source>& source, MonotonicTime when) {
    dependencies_.home.run_at(when, [this, weak = std::weak_ptr(source)] {
        if (const auto source = weak.lock()) run(source);
    });
}

void MoveTasks::keep_rate_from_now(Source& source) const {
    source.began = dependencies_.clock.monotonic();
    source.moved_before = source.tasks.front().moved;
}

void MoveTasks::move(const std::shared_ptr<Source>& source, std::size_t limit) {
    source->moving = true;
    source->queue->move_out(limit, source->tasks.front().destination_arn,
                            [this, source](const Result<MovedOut>& moved) {
                                source->moving = false;
                                if (is_current(source)) note_moved(source, moved);
                            });
}

void MoveTasks::note_moved(const std::shared_ptr<Source>& source, const Result<MovedOut>& moved) {
    if (!moved) {
        log_failure("cannot move messages to another queue", *source->queue, moved.error());
        keep_rate_from_now(*source);
        return run_later(source, dependencies_.clock.monotonic() + kRetryDelay);
    }
    MoveTask& task = source->tasks.front();
    task.moved += moved->messages;
    if (!moved->failure.empty()) return finish(source, MoveTask::Status::kFailed, moved->failure);
    const bool is_empty = moved->messages == 0 && task.status == MoveTask::Status::kRunning;
    if (is_empty) return finish(source, MoveTask::Status::kCompleted);
    run(source);
}

void MoveTasks::finish(const std::shared_ptr<Source>& source, MoveTask::Status status, std::string failure) {
    MoveTask& task = source->tasks.front();
    task.status = status;
    task.failure = std::move(failure);
    write(*source,
          [source, cancelling = std::exchange(source->cancelling, {})](const Result<>& written) mutable {
              if (!written)
                  log_failure("cannot note the end of a move task", *source->queue, written.error());
              for (auto& done : cancelling) done(written);
          });
}

void MoveTasks::write(const Source& source, storage::Done done) {
    dependencies_.catalog.commit(
        {.puts = {{moves_key(source.queue->description().log), encode_move_tasks(source.tasks)}}},
        std::move(done));
}

}  // namespace millrace::sqs
