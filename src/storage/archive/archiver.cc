#include "storage/archive/archiver.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace millrace::storage {

Archiver::Archiver(Options options, const LogIndex& index, Moved moved, std::unique_ptr<Worker> worker)
    : options_(std::move(options)), index_(index), moved_(std::move(moved)), worker_(std::move(worker)) {}

Archiver::~Archiver() {
    if (retry_timer_ != TimerId{}) options_.home.cancel(retry_timer_);
    stop_ = true;
    worker_.reset();
}

void Archiver::look() {
    if (running_ || options_.clock.monotonic() < not_before_) return;
    auto pass = plan_pass(index_, options_.policy, options_.next_number, damaged_);
    if (!pass) return;
    running_ = true;
    worker_->submit([this, pass = std::move(*pass), alive = std::weak_ptr{alive_}]() mutable {
        std::optional<FileId> damaged;
        auto outcome = run_pass(options_.files, options_.directories, pass, stop_, damaged);
        options_.home.post(
            [this, pass = std::move(pass), outcome = std::move(outcome), damaged, alive]() mutable {
                if (!alive.expired()) finish(pass, std::move(outcome), damaged);
            });
    });
}

void Archiver::finish(const ArchivePass& pass, Result<std::vector<ArchivedFile>> outcome,
                      std::optional<FileId> damaged) {
    running_ = false;
    if (outcome) {
        failure_.clear();
        options_.next_number += outcome->size();
        return moved_(pass, std::move(*outcome));
    }
    // Names that the pass may have left behind are not used again.
    options_.next_number += pass.extents.size() + 1;
    if (outcome.error().code == ErrorCode::kNotFound && has_lost_sources(pass)) return look();
    const ErrorCode code = outcome.error().code;
    if (damaged) {
        note_failure(damaged_[*damaged], std::move(outcome.error().message));
        // The other files need not wait for one. What the system cannot read now it may be able to later.
        if (code != ErrorCode::kCorruption && code != ErrorCode::kNotFound) {
            unread_.push_back(*damaged);
            retry_later();
        }
        return look();
    }
    note_failure(failure_, std::move(outcome.error().message));
    not_before_ = options_.clock.monotonic() + kArchiveRetryDelay;
    retry_later();
}

void Archiver::retry_later() {
    if (retry_timer_ != TimerId{}) options_.home.cancel(retry_timer_);
    retry_timer_ = options_.home.run_at(options_.clock.monotonic() + kArchiveRetryDelay, [this] {
        retry_timer_ = {};
        for (const FileId file : std::exchange(unread_, {})) damaged_.erase(file);
        look();
    });
}

void Archiver::note_failure(std::string& where, std::string reason) {
    where = std::move(reason);
    log(LogLevel::kError, "what is old cannot be archived; it stays where it is", {{"reason", where}});
}

std::string Archiver::failure() const {
    if (!failure_.empty()) return failure_;
    for (const auto& [file, what] : damaged_) {
        if (index_.files().contains(file)) return what;
    }
    return {};
}

// Trimmed or removed meanwhile, as retention and people do it any time.
bool Archiver::has_lost_sources(const ArchivePass& pass) const {
    return std::any_of(pass.sources.begin(), pass.sources.end(),
                       [this](FileId source) { return !index_.files().contains(source); });
}

}  // namespace millrace::storage
