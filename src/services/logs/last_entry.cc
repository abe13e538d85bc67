#include "services/logs/last_entry.h"

#include <memory>
#include <utility>
#include <vector>

namespace millrace::logs {
namespace {

using storage::Entry;
using storage::Offset;

/// Halves what is left to search; lives in the callbacks of the store.
class Search : public std::enable_shared_from_this<Search> {
  public:
    using FoundDone = std::move_only_function<void(Result<std::optional<Entry>>)>;

    Search(storage::LogStore& logs, storage::LogId log, Offset before, FoundDone done)
        : logs_(logs),
          log_(log),
          before_(before),
          low_(logs.begin(log)),
          high_(before),
          done_(std::move(done)) {}

    void start() {
        if (low_ >= high_) return done_(std::optional<Entry>{});
        look_at(Offset{high_.value() - 1});
    }

  private:
    void look_at(Offset middle) {
        logs_.read(log_, middle, {.entries = 1},
                   [self = shared_from_this(), middle](Result<std::vector<Entry>> entries) {
                       self->take(middle, std::move(entries));
                   });
    }

    void take(Offset middle, Result<std::vector<Entry>> entries) {
        if (!entries) return done_(std::unexpected(std::move(entries.error())));
        if (!entries->empty() && entries->front().offset < before_) {
            found_ = std::move(entries->front());
            low_ = Offset{found_->offset.value() + 1};
        } else {
            high_ = middle;
        }
        if (low_ >= high_) return done_(std::move(found_));
        look_at(Offset{low_.value() + (high_.value() - low_.value()) / 2});
    }

    storage::LogStore& logs_;
    storage::LogId log_;
    Offset before_;
    Offset low_;   ///< what was found lies before
    Offset high_;  ///< nothing is from here on
    std::optional<Entry> found_;
    FoundDone done_;
};

}  // namespace

void find_last_entry(storage::LogStore& logs, storage::LogId log, Offset before,
                     std::move_only_function<void(Result<std::optional<Entry>>)> done) {
    std::make_shared<Search>(logs, log, before, std::move(done))->start();
}

}  // namespace millrace::logs
