#include "services/logs/stream_reader.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "services/logs/batch.h"
#include "services/logs/last_entry.h"
#include "services/logs/limits.h"

namespace millrace::logs {
namespace {

using storage::Entry;
using storage::Offset;

constexpr std::uint64_t kFirstChunkEntries = 16;
constexpr std::uint64_t kChunkEntriesMax = 256;

/// One read in progress; lives in the callbacks of the store.
class Scan : public std::enable_shared_from_this<Scan> {
  public:
    Scan(storage::LogStore& logs, const PageQuery& query, PageDone done)
        : logs_(logs), query_(query), done_(std::move(done)) {}

    void forward(Position from) {
        page_.begin = page_.end = from;
        read_ahead();
    }

    void backward(Position before) {
        page_.begin = page_.end = before;
        read_back();
    }

  private:
    void read_ahead() {
        logs_.read(query_.log, Offset{page_.end.offset}, {.entries = chunk_, .bytes = kScanBytesMax},
                   [self = shared_from_this()](Result<std::vector<Entry>> entries) {
                       self->take_ahead(std::move(entries));
                   });
    }

    void take_ahead(Result<std::vector<Entry>> entries) {
        if (!entries) return done_(std::unexpected(std::move(entries.error())));
        for (const Entry& entry : *entries) {
            const auto batch = decode_batch(entry.payload.view());
            if (!batch) return done_(std::unexpected(batch.error()));
            const std::uint64_t offset = entry.offset.value();
            const std::uint32_t first = offset == page_.end.offset ? page_.end.index : 0;
            for (std::uint32_t i = first; i < batch->events.size(); ++i) {
                page_.end = {offset, i};
                if (!take(*batch, {offset, i})) return finish();
            }
            page_.end = {offset + 1, 0};
            scanned_ += entry.payload.size();
        }
        if (entries->empty() || scanned_ >= kScanBytesMax) return finish();
        next_chunk();
        read_ahead();
    }

    /// The entries of the chunk that ends where the page begins.
    void read_back() {
        const std::uint64_t oldest = logs_.begin(query_.log).value();
        const std::uint64_t past = page_.begin.offset + (page_.begin.index > 0 ? 1 : 0);
        if (past <= oldest || scanned_ >= kScanBytesMax) return finish();
        const std::uint64_t from = past - std::min(chunk_, past - oldest);
        logs_.read(query_.log, Offset{from}, {.entries = past - from},
                   [self = shared_from_this(), past](Result<std::vector<Entry>> entries) {
                       self->take_back(past, std::move(entries));
                   });
    }

    void take_back(std::uint64_t past, Result<std::vector<Entry>> entries) {
        if (!entries) return done_(std::unexpected(std::move(entries.error())));
        // Where entries are lost, those behind come instead.
        std::erase_if(*entries, [&](const Entry& entry) { return entry.offset.value() >= past; });
        if (entries->empty()) return skip_back(past);
        for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
            const auto batch = decode_batch(entry->payload.view());
            if (!batch) return done_(std::unexpected(batch.error()));
            const std::uint64_t offset = entry->offset.value();
            auto i = static_cast<std::uint32_t>(batch->events.size());
            if (offset == page_.begin.offset) i = std::min(i, page_.begin.index);
            for (; i > 0; --i) {
                page_.begin = {offset, i};
                if (!take(*batch, {offset, i - 1})) return finish();
            }
            page_.begin = {offset, 0};
            scanned_ += entry->payload.size();
        }
        next_chunk();
        read_back();
    }

    void skip_back(std::uint64_t past) {
        find_last_entry(logs_, query_.log, Offset{past},
                        [self = shared_from_this()](Result<std::optional<Entry>> last) {
                            if (!last) return self->done_(std::unexpected(std::move(last.error())));
                            if (!*last) return self->finish();
                            self->page_.begin = {(*last)->offset.value() + 1, 0};
                            self->read_back();
                        });
    }

    /// False when the page is full and the event must stay for the next one.
    bool take(const Batch& batch, Position position) {
        const EventView& event = batch.events[position.index];
        if (!query_.range.contains(event.timestamp)) return true;
        const std::size_t bytes = counted_bytes(event.message);
        const bool full = page_.events.size() >= query_.events_max || page_bytes_ + bytes > kPageBytesMax;
        if (full && !page_.events.empty()) return false;
        page_bytes_ += bytes;
        page_.events.push_back(
            {position, event.timestamp, batch.header.ingestion, std::string{event.message}});
        return true;
    }

    void next_chunk() { chunk_ = std::min(chunk_ * 2, kChunkEntriesMax); }

    void finish() {
        // Within a stream events may arrive late; a page shows them in order.
        std::ranges::sort(page_.events, {},
                          [](const FoundEvent& event) { return std::tie(event.timestamp, event.position); });
        done_(std::move(page_));
    }

    storage::LogStore& logs_;
    PageQuery query_;
    PageDone done_;
    Page page_;
    std::size_t page_bytes_ = 0;
    std::size_t scanned_ = 0;
    std::uint64_t chunk_ = kFirstChunkEntries;
};

}  // namespace

void read_forward(storage::LogStore& logs, const PageQuery& query, Position from, PageDone done) {
    std::make_shared<Scan>(logs, query, std::move(done))->forward(from);
}

void read_backward(storage::LogStore& logs, const PageQuery& query, Position before, PageDone done) {
    std::make_shared<Scan>(logs, query, std::move(done))->backward(before);
}

}  // namespace millrace::logs
