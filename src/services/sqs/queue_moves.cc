// How a queue writes messages again: to the end of its own log, or into its dead-letter queue.
#include <algorithm>

#include "base/log.h"
#include "base/units.h"
#include "services/sqs/queue.h"

namespace millrace::sqs {
namespace {

using storage::Entry;
using storage::Offset;

// What moves with one append, and how much of the log is read for it.
constexpr std::uint64_t kMoveEntries = 1'024;
constexpr std::uint64_t kMoveBytes = 1_MiB;
constexpr std::size_t kMoveReadBytes = LogUpkeep::kMoveShare * kMoveBytes;
/// What expires within this time goes by itself.
constexpr Seconds kMoveLifetimeMin{10};

void log_failure(std::string_view what, const QueueDescription& queue, const Error& error) {
    log(LogLevel::kError, what, {{"queue", queue.arn()}, {"error", error.message}});
}

/// Calls `use` with the content of the message's entry, which is somewhere among these.
template <class Use>
Result<> with_content(const std::vector<Entry>& entries, Offset offset, Use use) {
    const auto entry = std::ranges::lower_bound(entries, offset, {}, &Entry::offset);
    if (entry == entries.end() || entry->offset != offset) {
        return fail(ErrorCode::kNotFound, "the message is not where it was written");
    }
    const auto record = parse_record(entry->payload.view());
    if (!record) return std::unexpected(record.error());
    const SendRecord* content = content_of(*record);
    if (content == nullptr) return fail(ErrorCode::kCorruption, "the entry is not a message");
    use(*content);
    return {};
}

}  // namespace

void Queue::move_survivors(Instant now) {
    if (moving_ || purges_ > 0 || !upkeep_.move_due(now.monotonic, state_.log_use())) return;
    auto survivors = state_.survivors(kMoveEntries, kMoveBytes, now.wall + kMoveLifetimeMin);
    if (survivors.empty()) return;
    moving_ = true;
    const Offset first = survivors.front().offset;
    const std::uint64_t count = survivors.back().offset.value() - first.value() + 1;
    dependencies_.logs.read(description_.log, first, {.entries = count, .bytes = kMoveReadBytes},
                            [self = shared_from_this(),
                             survivors = std::move(survivors)](const Result<std::vector<Entry>>& entries) {
                                if (!entries) return self->finish_move(std::unexpected(entries.error()));
                                self->write_survivors(survivors, *entries);
                            });
}

void Queue::write_survivors(const std::vector<PlacedMessage>& survivors, const std::vector<Entry>& entries) {
    if (closed_) return;
    const Instant now = Instant::of(dependencies_.clock);
    std::vector<storage::NewEntry> copies;
    std::vector<std::size_t> bytes;
    std::vector<MessageNumber> moved;
    const auto add = [&](std::string record) {
        bytes.push_back(record.size());
        copies.push_back({description_.log, now.wall, SharedBytes{std::move(record)}});
    };
    Result<> result;
    // A copy behind a deletion or purge, even one still on its way to the log, would undo it.
    for (const auto& [number, offset] : survivors) {
        if (!entries.empty() && entries.back().offset < offset) break;  // for another time
        const auto receives = state_.receives_of(number, now);
        if (!receives || purges_ > 0 || state_.is_leaving(number)) continue;
        result = with_content(entries, offset, [&](const SendRecord& content) {
            add(encode_record(MovedRecord{number, *receives, content}));
            moved.push_back(number);
        });
        if (!result) break;
    }
    if (copies.empty()) return finish_move(result);
    // A replay that does not begin before the copies meets the attempts' own records without the messages.
    for (std::string& record : records_of_attempts(now, moved)) add(std::move(record));
    dependencies_.logs.append(
        std::move(copies), [self = shared_from_this(), moved = std::move(moved),
                            bytes = std::move(bytes)](const Result<std::vector<Offset>>& offsets) {
            if (!offsets) return self->finish_move(std::unexpected(offsets.error()));
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                const Place place{(*offsets)[i], bytes[i]};
                i < moved.size() ? self->state_.move(moved[i], place) : self->state_.pass(place);
                self->applied_ = Offset{place.offset.value() + 1};
            }
            self->finish_move({});
        });
}

void Queue::finish_move(const Result<>& moved) {
    moving_ = false;
    if (!moved) {
        upkeep_.postpone_moves(dependencies_.clock.monotonic());
        log_failure("cannot move messages to the end of a queue's log", description_, moved.error());
    }
    settle();
}

std::uint32_t Queue::receives_max() const {
    const auto& redrive = attributes().redrive();
    // Without a dead-letter queue to go to, messages stay where they are.
    return redrive && find_queue_(redrive->target_arn) ? redrive->receives_max : 0;
}

void Queue::move_to_dead_letters(MessageNumber number) {
    const auto offset = state_.offset_of(number);
    if (!offset) return;
    ++dead_letters_;
    dependencies_.logs.read(description_.log, *offset, {.entries = 1},
                            [self = shared_from_this(), number, offset = *offset,
                             read = reads_.insert(*offset)](const Result<std::vector<Entry>>& entries) {
                                self->finish_read(read);
                                self->pass_on(number, offset, entries);
                            });
}

void Queue::pass_on(MessageNumber number, Offset offset, const Result<std::vector<Entry>>& entries) {
    if (!entries) return finish_dead_letter(std::unexpected(entries.error()));
    if (closed_ || !state_.contains(number)) return finish_dead_letter({});  // deleted meanwhile
    const auto& redrive = attributes().redrive();
    const auto target = redrive ? find_queue_(redrive->target_arn) : nullptr;
    if (!target) {  // deleted meanwhile
        state_.release(number);
        return finish_dead_letter({});
    }
    auto written = with_content(
        *entries, offset, [&](const SendRecord& content) { write_dead_letter(number, content, target); });
    if (!written) finish_dead_letter(written);
}

void Queue::finish_dead_letter(const Result<>& result) {
    --dead_letters_;
    if (result) return settle();
    log_failure("cannot move a message to the dead-letter queue", description_, result.error());
    // Not to be tried again at once.
    if (!closed_) answer_overdue(dependencies_.clock.monotonic());
}

void Queue::write_dead_letter(MessageNumber number, const SendRecord& content,
                              std::shared_ptr<Queue> target) {
    const std::string arn = description_.arn();
    const WallTime now = dependencies_.clock.now();
    SendRecord arrival = content;
    arrival.delay = Seconds{0};
    arrival.dead_letter_source = arn;
    arrival.earlier = state_.receives_after(content.earlier, number);
    if (fifo_) {
        // As on AWS: its age starts anew, and two messages that were sent with one id at different times stay
        // two.
        arrival.sent = now;
        arrival.deduplication_id = content.message_id;
    }
    std::string arrived = encode_record(ArrivedRecord{{description_.log, number}, arrival});
    std::string left = encode_record(DeleteRecord{{number}});
    const std::size_t arrived_bytes = arrived.size();
    const std::size_t left_bytes = left.size();
    // Together and in this order: Queues::recover() finds the one that a crash parted.
    std::vector<storage::NewEntry> entries;
    entries.push_back({target->description_.log, now, SharedBytes{std::move(arrived)}});
    entries.push_back({description_.log, now, SharedBytes{std::move(left)}});
    dependencies_.logs.append(
        std::move(entries), [self = shared_from_this(), target = std::move(target), number,
                             sent = arrival.sent, group = std::string(content.group_id), arrived_bytes,
                             left_bytes](const Result<std::vector<Offset>>& offsets) {
            if (!offsets) {
                self->state_.release(number);
                return self->finish_dead_letter(std::unexpected(offsets.error()));
            }
            target->written({(*offsets)[0], arrived_bytes},
                            ArrivedRecord{{}, SendRecord{.sent = sent, .group_id = group}});
            self->written({(*offsets)[1], left_bytes}, DeleteRecord{{number}});
            target->settle();
            self->finish_dead_letter({});
        });
}

}  // namespace millrace::sqs
