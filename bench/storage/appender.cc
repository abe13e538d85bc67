#include "appender.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace millrace::bench {

Appender::Appender(Store& store, const Load& load)
    : store_(store), load_(load), source_(2 * load.record_bytes, '\0') {
    std::ranges::generate(source_, [this] { return static_cast<char>(random_.next()); });
}

void Appender::run(std::size_t appends) {
    waits_.clear();
    waits_.reserve(appends);
    groups_.clear();
    groups_.reserve(appends);
    stats_ = store_.journal().stats();
    to_start_ = appends;
    for (std::size_t i = 0; i < std::min(load_.writers, appends); ++i) append();
    if (waiting_ > 0) store_.loop().run();
}

void Appender::append() {
    --to_start_;
    ++waiting_;
    const auto now = std::chrono::steady_clock::now();
    const auto time = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    storage::EntryBuffer entries{load_.batch, load_.batch * load_.record_bytes};
    for (std::size_t i = 0; i < load_.batch; ++i) {
        const std::uint64_t chance = random_.next();
        entries.bytes().append(source_, chance % load_.record_bytes, load_.record_bytes);
        entries.end_entry(storage::LogId{1 + chance % load_.logs}, time);
    }
    store_.journal().append(std::move(entries).take(),
                            [this, now](Result<std::vector<storage::Offset>> offsets) {
                                require(std::move(offsets));
                                answered(now);
                            });
}

void Appender::answered(std::chrono::steady_clock::time_point began) {
    waits_.push_back(std::chrono::steady_clock::now() - began);
    const auto stats = store_.journal().stats();
    if (stats.commits != stats_.commits) groups_.push_back(stats.bytes - stats_.bytes);
    stats_ = stats;
    --waiting_;
    if (to_start_ > 0) append();
    if (waiting_ == 0) store_.loop().stop();
}

}  // namespace millrace::bench
