#include "services/logs/group_search.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <fmt/format.h>
#include <memory>
#include <tuple>
#include <utility>

#include "services/logs/batch.h"
#include "services/logs/limits.h"

namespace millrace::logs {
namespace {

using storage::Entry;
using storage::Offset;

constexpr storage::ReadLimits kChunk{.entries = 32, .bytes = kFlushBytes};

/// A stream that the search has come upon.
struct Cursor {
    const SearchedStream* stream;
    Offset next;
    std::deque<Entry> entries = {};
    bool finished = false;
};

std::string event_id(storage::LogId log, Position position) {
    return fmt::format("{:020}{:020}{:016}", log.value(), position.offset, position.index);
}

/// Lives in the callbacks of the store.
class Search : public std::enable_shared_from_this<Search> {
  public:
    Search(storage::LogStore& logs, SearchQuery query, std::move_only_function<void(Result<SearchPage>)> done)
        : logs_(logs), query_(std::move(query)), done_(std::move(done)) {
        std::ranges::sort(query_.streams, {}, &SearchedStream::first_event);
    }

    /// Goes on until it must wait for the store; the store may answer inside the call.
    void run() {
        if (std::exchange(running_, true)) {
            again_ = true;
            return;
        }
        do {
            again_ = false;
        } while (step() || again_);
        running_ = false;
    }

  private:
    /// True when there is more to do without waiting.
    bool step() {
        if (!done_) return false;
        Cursor* first = nullptr;
        for (Cursor& cursor : cursors_) {
            if (cursor.finished) continue;
            if (cursor.entries.empty()) return read(cursor);
            if (first == nullptr || place_of(cursor) < place_of(*first)) first = &cursor;
        }
        const bool more_streams = opened_ < query_.streams.size();
        if (more_streams &&
            (first == nullptr || query_.streams[opened_].first_event <= first->entries.front().time)) {
            return open(query_.streams[opened_++]);
        }
        if (first == nullptr) {
            finish(std::nullopt);
            return false;
        }
        return search_entry(*first);
    }

    [[nodiscard]] static SearchPosition place_of(const Cursor& cursor) {
        const Entry& entry = cursor.entries.front();
        return {entry.time, cursor.stream->log, {entry.offset.value(), 0}};
    }

    /// Puts a cursor where the search begins, or goes on, in the stream.
    bool open(const SearchedStream& stream) {
        std::optional<WallTime> start = query_.range.begin;
        if (query_.from) {
            if (stream.log == query_.from->log) {
                cursors_.push_back({&stream, Offset{query_.from->position.offset}});
                return true;
            }
            // Of entries of one time, those of lower logs were searched before.
            start = query_.from->entry_time + Milliseconds{stream.log < query_.from->log ? 1 : 0};
        }
        if (!start) {
            cursors_.push_back({&stream, logs_.begin(stream.log)});
            return true;
        }
        logs_.find_time(stream.log, *start, [self = shared_from_this(), &stream](Result<Offset> offset) {
            if (!offset) return self->fail(std::move(offset.error()));
            self->cursors_.push_back({&stream, *offset});
            self->run();
        });
        return false;
    }

    bool read(Cursor& cursor) {
        const auto index = static_cast<std::size_t>(&cursor - cursors_.data());
        logs_.read(cursor.stream->log, cursor.next, kChunk,
                   [self = shared_from_this(), index](Result<std::vector<Entry>> entries) {
                       if (!entries) return self->fail(std::move(entries.error()));
                       Cursor& read = self->cursors_[index];
                       read.finished = entries->empty();
                       if (!entries->empty()) read.next = Offset{entries->back().offset.value() + 1};
                       read.entries.assign(std::move_iterator(entries->begin()),
                                           std::move_iterator(entries->end()));
                       self->run();
                   });
        return false;
    }

    bool search_entry(Cursor& cursor) {
        const Entry& entry = cursor.entries.front();
        if (query_.range.end && entry.time > latest_entry_time(*query_.range.end)) {
            cursor.finished = true;
            return true;
        }
        const auto batch = decode_batch(entry.payload.view());
        if (!batch) {
            fail(batch.error());
            return false;
        }
        SearchPosition place = place_of(cursor);
        for (; place.position.index < batch->events.size(); ++place.position.index) {
            if (query_.from && place < *query_.from) continue;
            const EventView& event = batch->events[place.position.index];
            if (!query_.range.contains(event.timestamp) || !query_.pattern.matches(event.message)) continue;
            if (is_full(event)) {
                finish(place);
                return false;
            }
            page_bytes_ += counted_bytes(event.message);
            page_.hits.push_back(
                {cursor.stream->name,
                 event_id(place.log, place.position),
                 {place.position, event.timestamp, batch->header.ingestion, std::string{event.message}}});
        }
        scanned_ += entry.payload.size();
        cursor.entries.pop_front();
        if (scanned_ >= kScanBytesMax) {
            finish(place);  // after the last event of this entry
            return false;
        }
        return true;
    }

    [[nodiscard]] bool is_full(const EventView& event) const {
        if (page_.hits.empty()) return false;
        return page_.hits.size() >= query_.events_max ||
               page_bytes_ + counted_bytes(event.message) > kPageBytesMax;
    }

    void finish(std::optional<SearchPosition> next) {
        page_.next = next;
        std::ranges::sort(page_.hits, {},
                          [](const SearchHit& hit) { return std::tie(hit.event.timestamp, hit.event_id); });
        std::exchange(done_, nullptr)(std::move(page_));
    }

    void fail(Error error) {
        if (done_) std::exchange(done_, nullptr)(std::unexpected(std::move(error)));
    }

    storage::LogStore& logs_;
    SearchQuery query_;
    std::move_only_function<void(Result<SearchPage>)> done_;
    std::vector<Cursor> cursors_;
    std::size_t opened_ = 0;  ///< streams that have a cursor or are about to
    SearchPage page_;
    std::size_t page_bytes_ = 0;
    std::size_t scanned_ = 0;
    bool running_ = false;
    bool again_ = false;
};

}  // namespace

std::string to_token(const SearchPosition& at) {
    return fmt::format("{}.{}.{}.{}", to_millis(at.entry_time), at.log.value(), at.position.offset,
                       at.position.index);
}

std::optional<SearchPosition> parse_search_token(std::string_view token) {
    std::int64_t time = 0;
    std::uint64_t log = 0;
    Position position;
    const auto take = [&token](auto& number) {
        const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
        token.remove_prefix(static_cast<std::size_t>(end - token.data()));
        return error == std::errc{};
    };
    const auto take_dot = [&token] {
        if (!token.starts_with('.')) return false;
        token.remove_prefix(1);
        return true;
    };
    if (!take(time) || !take_dot() || !take(log) || !take_dot() || !take(position.offset) || !take_dot() ||
        !take(position.index) || !token.empty()) {
        return std::nullopt;
    }
    return SearchPosition{from_millis(time), storage::LogId{log}, position};
}

void search_group(storage::LogStore& logs, SearchQuery query,
                  std::move_only_function<void(Result<SearchPage>)> done) {
    std::make_shared<Search>(logs, std::move(query), std::move(done))->run();
}

}  // namespace millrace::logs
