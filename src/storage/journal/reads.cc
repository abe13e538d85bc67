#include "storage/journal/reads.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace millrace::storage {
namespace {

Offset after(Offset offset) {
    return Offset{offset.value() + 1};
}

constexpr std::size_t kRunsPerStep = 64;  // read from the disk before the home executor looks again

}  // namespace

struct Reads::Read {
    LogId log;
    Offset asked;  ///< first entry wanted
    ReadLimits limits;
    ReadDone done;
    std::uint64_t generation = 0;
    bool has_turn = false;  ///< one of kReadsAtOnce
    ReadProgress progress;
    // The step that the worker is asked for.
    Offset step;  ///< first entry of it
    std::vector<PlacedRun> runs;
    Result<> outcome;
};

Reads::Reads(Options options) : options_(options) {}

Reads::~Reads() = default;

void Reads::start(LogId log, Offset from, ReadLimits limits, ReadDone done) {
    auto read = std::make_unique<Read>();
    read->log = log;
    read->asked = read->progress.from = from;
    read->limits = limits;
    read->done = std::move(done);
    read->generation = options_.index.generation();
    go_on(std::move(read));
}

void Reads::go_on(std::unique_ptr<Read> read) {
    const LogIndex& index = options_.index;
    ReadProgress& progress = read->progress;
    if (read->generation != index.generation()) return finish(std::move(read), std::vector<Entry>{});
    if (progress.entries.empty()) progress.from = std::max(progress.from, index.begin(read->log));
    const bool at_end = progress.from >= index.end(read->log);
    if (at_end || progress.entries.size() >= read->limits.entries)
        return finish(std::move(read), std::move(progress.entries));

    if (const auto first = options_.recent.first(read->log); first && *first <= progress.from) {
        options_.recent.collect(read->log, progress.from, read->limits, progress.entries, progress.bytes);
        return finish(std::move(read), std::move(progress.entries));
    }
    if (read->has_turn || at_once_ < kReadsAtOnce) return fetch(std::move(read));
    if (waiting_.size() < options_.waiting_max) return waiting_.push_back(std::move(read));
    finish(std::move(read), fail(ErrorCode::kResourceExhausted, "too many reads wait for the disk"));
}

void Reads::fetch(std::unique_ptr<Read> read) {
    const ReadProgress& progress = read->progress;
    if (!std::exchange(read->has_turn, true)) ++at_once_;
    read->step = progress.from;
    read->runs = options_.index.runs(read->log, read->step, read->limits.entries - progress.entries.size(),
                                     kRunsPerStep);
    options_.worker.submit([this, alive = std::weak_ptr{alive_}, &home = options_.home,
                            &files = options_.files, read = std::move(read)]() mutable {
        read->outcome = files.read(read->log, read->runs, read->limits, read->progress);
        home.post([this, alive, read = std::move(read)]() mutable {
            if (!alive.expired()) fetched(std::move(read));
        });
    });
}

void Reads::fetched(std::unique_ptr<Read> read) {
    const LogIndex& index = options_.index;
    ReadProgress& progress = read->progress;
    const Offset first =
        std::min(read->step, progress.entries.empty() ? read->step : progress.entries.front().offset);
    const bool forgotten = read->generation != index.generation() || index.end(read->log) <= read->step;
    const bool trimmed = index.begin(read->log) > first;
    if (trimmed || forgotten) {
        // What went while we read is gone, whether it could still be read or not.
        progress = {.from = read->asked};
        return go_on(std::move(read));
    }
    if (!read->outcome) {
        Error error = std::move(read->outcome.error());
        note_failure(*read, error);
        if (read->limits.until_failure && !progress.entries.empty())
            return finish(std::move(read), std::move(progress.entries));
        return finish(std::move(read), std::unexpected(std::move(error)));
    }
    note_success(*read);
    if (progress.full) return finish(std::move(read), std::move(progress.entries));
    go_on(std::move(read));
}

void Reads::finish(std::unique_ptr<Read> read, Result<std::vector<Entry>> outcome) {
    if (read->has_turn) {
        --at_once_;
        if (!waiting_.empty()) {
            options_.home.post([this, alive = std::weak_ptr{alive_}] {
                if (!alive.expired()) start_waiting();
            });
        }
    }
    read->done(std::move(outcome));  // last: it may destroy this
}

std::string Reads::failure() const {
    const LogIndex& index = options_.index;
    const bool stands =
        failure_ && index.begin(failure_->log) <= failure_->at && failure_->at < index.end(failure_->log);
    return stands ? failure_->reason : std::string();
}

void Reads::note_success(const Read& read) {
    const bool mended = failure_ && failure_->log == read.log && read.step <= failure_->at &&
                        failure_->at < read.progress.sound_until;
    if (mended) failure_.reset();
}

// Once for each trouble: who reads is told each time.
void Reads::note_failure(const Read& read, const Error& error) {
    const bool known = failure_ && failure_->reason == error.message;
    const ReadProgress& progress = read.progress;
    const Offset behind_read =
        progress.entries.empty() ? progress.from : after(progress.entries.back().offset);
    failure_ = {read.log, std::max(progress.from, behind_read), error.message};
    if (known) return;
    log(LogLevel::kError, "what is stored cannot be read; millrace doctor says what is affected",
        {{"error", error.message}});
}

void Reads::start_waiting() {
    const std::weak_ptr alive{alive_};
    while (!alive.expired() && !waiting_.empty() && at_once_ < kReadsAtOnce) {
        auto read = std::move(waiting_.front());
        waiting_.pop_front();
        go_on(std::move(read));
    }
}

}  // namespace millrace::storage
