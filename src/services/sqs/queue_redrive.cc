// How a message move task takes messages out of a queue.
#include <algorithm>
#include <set>

#include "base/random.h"
#include "services/sqs/message_reader.h"
#include "services/sqs/queue.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

/// What is written of one message, and where.
struct Redriven {
    MessageNumber message;
    std::shared_ptr<Queue> target;
    WallTime sent;
    std::string group;
    std::size_t arrived_bytes = 0;
    std::size_t left_bytes = 0;
};

/// As on AWS: a new message, with an id, an age and a first receive of its own.
SendRecord renewed(const SendRecord& content, std::string_view id, WallTime now) {
    SendRecord renewed = content;
    renewed.message_id = id;
    renewed.sent = now;
    renewed.delay = Seconds{0};
    renewed.dead_letter_source = {};
    renewed.earlier = {};
    return renewed;
}

}  // namespace

/// The messages of one call, until they have gone.
struct Queue::Redrive {
    std::string destination;
    std::vector<MessageNumber> messages;
    std::vector<Redriven> going;
    std::vector<storage::NewEntry> entries;
    MovedOut outcome;
    MoveOutDone done;
};

void Queue::move_out(std::size_t limit, const std::string& destination, MoveOutDone done) {
    const Instant now = Instant::of(dependencies_.clock);
    state_.advance(now);
    const std::vector<PlacedMessage> withdrawn = state_.withdraw(limit);
    if (withdrawn.empty()) return done(MovedOut{});
    auto redrive = std::make_shared<Redrive>();
    redrive->destination = destination;
    redrive->done = std::move(done);
    std::vector<Delivery> wanted;
    Offset first = withdrawn.front().offset;
    for (const PlacedMessage& message : withdrawn) {
        redrive->messages.push_back(message.number);
        wanted.push_back({.message = message});
        first = std::min(first, message.offset);
    }
    read_messages(dependencies_.logs, description_.log, std::move(wanted),
                  [self = shared_from_this(), redrive,
                   read = reads_.insert(first)](aws::Outcome<std::vector<ReceivedMessage>> found) {
                      self->finish_read(read);
                      if (!found)
                          return self->finish_redrive(*redrive, fail(ErrorCode::kIo, found.error().message));
                      self->write_redrive(redrive, *found);
                  });
}

void Queue::write_redrive(const std::shared_ptr<Redrive>& redrive,
                          const std::vector<ReceivedMessage>& found) {
    const WallTime now = dependencies_.clock.now();
    for (const ReceivedMessage& message : found) {
        const auto record = parse_record(message.entry.view());
        const SendRecord* content = record ? content_of(*record) : nullptr;
        if (content == nullptr) continue;  // it stays
        const std::string arn(redrive->destination.empty() ? content->dead_letter_source
                                                           : std::string_view(redrive->destination));
        auto target = find_queue_(arn);
        if (!target) {
            redrive->outcome.failure =
                arn.empty() ? "CouldNotDetermineMessageSource" : "AWS.SimpleQueueService.NonExistentQueue";
            break;
        }
        const MessageNumber number = message.delivery.message.number;
        const std::string id = make_uuid(dependencies_.random);
        std::string arrived =
            encode_record(ArrivedRecord{{description_.log, number}, renewed(*content, id, now)});
        std::string left = encode_record(DeleteRecord{{number}});
        redrive->going.push_back({.message = number,
                                  .target = target,
                                  .sent = now,
                                  .group = std::string(content->group_id),
                                  .arrived_bytes = arrived.size(),
                                  .left_bytes = left.size()});
        // Each message's two entries together and in this order, as with dead letters.
        redrive->entries.push_back({target->description_.log, now, SharedBytes{std::move(arrived)}});
        redrive->entries.push_back({description_.log, now, SharedBytes{std::move(left)}});
    }
    if (redrive->going.empty()) return finish_redrive(*redrive, {});
    dependencies_.logs.append(std::move(redrive->entries), [self = shared_from_this(), redrive](
                                                               const Result<std::vector<Offset>>& offsets) {
        if (!offsets) return self->finish_redrive(*redrive, std::unexpected(offsets.error()));
        self->note_redriven(*redrive, *offsets);
        self->finish_redrive(*redrive, {});
    });
}

void Queue::note_redriven(Redrive& redrive, const std::vector<Offset>& offsets) {
    for (std::size_t i = 0; i < redrive.going.size(); ++i) {
        const Redriven& one = redrive.going[i];
        one.target->written({offsets[2 * i], one.arrived_bytes},
                            ArrivedRecord{{}, SendRecord{.sent = one.sent, .group_id = one.group}});
        written({offsets[2 * i + 1], one.left_bytes}, DeleteRecord{{one.message}});
    }
    redrive.outcome.messages = redrive.going.size();
}

void Queue::finish_redrive(Redrive& redrive, const Result<>& result) {
    for (const MessageNumber message : redrive.messages) state_.release(message);  // unless it has gone
    std::set<std::shared_ptr<Queue>> targets;
    for (const Redriven& one : redrive.going) targets.insert(one.target);
    if (result) {
        redrive.done(std::move(redrive.outcome));
    } else {
        redrive.done(std::unexpected(result.error()));
    }
    for (const auto& target : targets) target->settle();
    settle();
}

}  // namespace millrace::sqs
