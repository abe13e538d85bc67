#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/sqs/fifo_clients.h"
#include "services/sqs/queue_world.h"
#include "services/sqs/simulation_seeds.h"

// A FIFO queue on the journal through sends of the same again, receives, deletions, purges, dead letters,
// restarts and crashes, beside a simple model of what AWS promises: order in each group, nothing handed out
// behind a message that is in flight, each message once. MILLRACE_SEED=n repeats one, MILLRACE_SEEDS=n runs
// so many.

namespace millrace::sqs {
namespace {

constexpr Seconds kTimeoutMax{60};

class FifoSimulation {
  public:
    explicit FifoSimulation(std::uint64_t seed)
        : receives_max_(seed % 3 == 0 ? 3 : 1'000), world_(seed, receives_max_, true) {
        world_.storage.segment_bytes = 8'192 + random() % 100'000;
        world_.storage.recent_bytes_max = random() % 2 * 20'000;
        world_.stop();
    }

    void run() {
        for (; step_ < 1'000 && !testing::Test::HasFailure(); ++step_) take_step();
        if (!testing::Test::HasFailure()) finish();
    }

    [[nodiscard]] int duplicates() const { return duplicates_; }
    [[nodiscard]] int deliveries() const { return deliveries_; }
    [[nodiscard]] int repeats() const { return repeats_; }
    [[nodiscard]] int returned() const { return returned_; }

  private:
    std::uint64_t random() { return world_.storage.random.next(); }
    [[nodiscard]] WallTime now() const { return world_.storage.clock.now(); }

    void take_step() {
        switch (random() % 16) {
            case 0:
            case 1:
            case 2:
                return send();
            case 3:
            case 4:
            case 5:
                return receive(1 + random() % 5, Seconds{random() % kTimeoutMax.count()});
            case 6:
            case 7:
                return remove();
            case 8:
                return change_visibility();
            case 9:
                if (random() % 30 == 0) purge();
                return;
            case 10:
                return world_.storage.home.advance(
                    Milliseconds{random() % (random() % 4 == 0 ? 90'000 : 5'000)});
            case 11:
                if (random() % 10 == 0) restart();
                return;
            case 12:
            case 13:
                return world_.storage.settle();
            default:
                world_.storage.workers.run_one(world_.storage.random);
                world_.storage.home.run_ready();
        }
    }

    void send() {
        OutgoingMessages messages{.entries = {3, 6'000}, .messages = {}};
        std::vector<std::string> ids;
        for (std::uint64_t i = 0; i <= random() % 3; ++i) {
            ids.push_back(make_uuid(world_.storage.random));
            KnownMessage& message = known_[ids.back()];
            message.group = fmt::format("group-{}", random() % 4);
            message.deduplication_id = fmt::format("id-{}", random() % 40);
            message.sent = now();
            messages.messages.push_back({.sent = message.sent,
                                         .group_id = message.group,
                                         .deduplication_id = message.deduplication_id,
                                         .message_id = ids.back()});
            SendRecord content = messages.messages.back().content();
            const std::string body(random() % 2'000, 'x');
            content.body = body;
            append_record(messages.entries.bytes(), content);
            messages.entries.end_entry(world_.work->description().log, message.sent);
        }
        world_.work->send(std::move(messages),
                          [this, ids, called = now()](const Result<std::vector<SentMessage>>& sent) {
                              ASSERT_TRUE(sent);
                              ASSERT_EQ(sent->size(), ids.size());
                              for (std::size_t i = 0; i < ids.size(); ++i)
                                  check_sent(ids[i], (*sent)[i], called);
                          });
    }

    void check_sent(const std::string& id, const SentMessage& sent, WallTime called) {
        ASSERT_TRUE(known_.contains(sent.message_id));
        KnownMessage& first = known_[sent.message_id];
        ASSERT_EQ(first.deduplication_id, known_[id].deduplication_id);
        if (sent.message_id != id) {
            ++duplicates_;
            ASSERT_LT(called, first.sent + Deduplication::kWindow) << "taken for one sent long ago";
        }
        ASSERT_EQ(first.number.value_or(sent.number), sent.number);
        first.number = sent.number;
        for (const auto& [other_id, other] : known_) {
            if (other_id == sent.message_id || !other.number) continue;
            if (other.deduplication_id != first.deduplication_id) continue;
            ASSERT_GE(std::chrono::abs(other.sent - first.sent), Deduplication::kWindow) << "taken twice";
        }
    }

    void receive(std::size_t limit, Seconds timeout) {
        ReceiveOptions options{.limit = limit,
                               .visibility_timeout = timeout,
                               .wait = Seconds{random() % 4 == 0 ? 5 : 0},
                               .attempt = random() % 3 == 0 ? fmt::format("try-{}", random() % 5) : ""};
        Asking asking{
            .number = ++askings_, .step = step_, .at = now(), .timeout = timeout, .attempt = options.attempt};
        if (!asking.attempt.empty()) ask_again(asking);
        world_.work->receive(std::move(options),
                             [this, asking](aws::Outcome<std::vector<ReceivedMessage>> received) {
                                 ASSERT_TRUE(received);
                                 check_answer(asking, *received);
                             });
    }

    void ask_again(Asking& asking) {
        Attempt& attempt = attempts_[asking.attempt];
        if (holds(attempt)) asking.expected = attempt.ids;
        attempt.unanswered[asking.number] = asking.until();
        for (auto& [id, message] : known_) {
            if (message.attempt != asking.attempt) continue;
            // Given again, it is hidden from now on.
            message.hidden_until = std::min(message.hidden_until, asking.until());
            message.asked = asking.number;
        }
    }

    /// Nobody changed its messages, so it is given them again.
    [[nodiscard]] bool holds(const Attempt& attempt) const {
        if (!attempt.unanswered.empty() || attempt.asked_at + ReceiveAttempts::kWindow <= now()) return false;
        return std::ranges::all_of(attempt.ids, [&](const std::string& id) {
            const KnownMessage& message = known_.at(id);
            return message.asked == attempt.answered && message.hidden_until > now() && message.sure;
        });
    }

    void check_answer(const Asking& asking, const std::vector<ReceivedMessage>& received) {
        std::vector<std::string> ids;
        for (const ReceivedMessage& one : received) ids.push_back(QueueWorld::id_of(one));
        const auto is_leaving = [&](const std::string& id) { return known_[id].leaving; };
        if (!asking.expected.empty() && std::ranges::none_of(asking.expected, is_leaving)) {
            ++repeats_;
            ASSERT_EQ(ids, asking.expected) << "the attempt is forgotten";
        }
        if (!asking.attempt.empty()) {
            Attempt& attempt = attempts_[asking.attempt];
            attempt.unanswered.erase(asking.number);
            if (!ids.empty() && attempt.answered < asking.number) {
                attempt.answered = asking.number;
                attempt.ids = ids;
                attempt.asked_at = asking.at;
            }
        }
        for (std::size_t i = 0; i < ids.size(); ++i) {
            SCOPED_TRACE(fmt::format("message {} of {}, step {}", ids[i], known_[ids[i]].group, step_));
            check_received(received[i].delivery, ids, i, asking);
        }
    }

    void check_received(const Delivery& delivery, const std::vector<std::string>& ids, std::size_t index,
                        const Asking& asking) {
        ASSERT_TRUE(known_.contains(ids[index]));
        KnownMessage& message = known_[ids[index]];
        ++deliveries_;
        ASSERT_FALSE(message.deleted && *message.deleted < asking.step) << "came back";
        ASSERT_EQ(message.number.value_or(delivery.message.number), delivery.message.number);
        message.number = delivery.message.number;
        if (!message.leaving) message.sure = true;                      // it is still there
        if (message.receives > 0 && message.nonce == delivery.nonce) {  // the same attempt
            ASSERT_EQ(message.receives, delivery.receive_count);
            return message.hide_again(asking, now());
        }
        // An answer may be overtaken by the next receive's.
        if (delivery.receive_count < message.receives) return;
        ASSERT_NE(delivery.receive_count, message.receives) << "counted twice";
        for (const auto& [id, other] : known_) {
            // It was taken before it went, and those after it were not locked any more.
            if (message.leaving || is_dead(message)) break;
            if (other.group != message.group || !other.number || other.leaving || !other.sure) continue;
            if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
            if (*other.number > *message.number) {
                if (other.hidden_until > now()) ++returned_;
                continue;
            }
            ASSERT_LE(other.hidden_until, now()) << "the group is locked by " << id;
            ASSERT_TRUE(is_dead(other)) << "passes over " << id;
        }
        for (std::size_t i = 0; i < index; ++i) {
            const KnownMessage& before = known_[ids[i]];
            if (before.group == message.group) ASSERT_LT(*before.number, *message.number);
        }
        message.receives = delivery.receive_count;
        message.nonce = delivery.nonce;
        message.attempt = asking.attempt;
        message.hide(asking, now());
        if (asking.attempt.empty()) return;
        // Asked again before this answer came: the queue may have decided already.
        for (const auto& [number, until] : attempts_[asking.attempt].unanswered)
            message.hidden_until = std::min(message.hidden_until, until);
    }

    /// A dead letter. Receives that a crash left unanswered count, too.
    [[nodiscard]] bool is_dead(const KnownMessage& message) {
        return receives_max_ < 1'000 && !world_.work->state().contains(*message.number);
    }

    [[nodiscard]] bool must_have_expired(const KnownMessage& message) {
        if (!message.attempt.empty() && !attempts_[message.attempt].unanswered.empty()) return false;
        return message.hidden_at_most <= now() && world_.work->state().contains(*message.number);
    }

    /// Those received and not deleted; some messages nobody deletes.
    std::vector<KnownMessage*> received() {
        std::vector<KnownMessage*> found;
        for (auto& [id, message] : known_) {
            if (message.receives > 0 && !message.leaving && id.front() != '7') found.push_back(&message);
        }
        return found;
    }

    void remove() {
        std::vector<KnownMessage*> messages = received();
        if (messages.size() > 5) messages.resize(random() % messages.size());
        std::vector<MessageNumber> numbers;
        std::vector<KnownMessage*> going;
        for (KnownMessage* message : messages) {
            const bool expired = world_.work->has_expired(*message->number, message->nonce);
            SCOPED_TRACE(
                fmt::format("number {} of {}, step {}", message->number->value(), message->group, step_));
            if (message->hidden_until > now()) ASSERT_FALSE(expired) << "the handle is still good";
            if (must_have_expired(*message)) ASSERT_TRUE(expired) << "the handle is good no more";
            if (expired) continue;
            message->leaving = true;
            message->sure = false;
            going.push_back(message);
            numbers.push_back(*message->number);
        }
        world_.work->remove(std::move(numbers), [this, going](const Result<>& removed) {
            ASSERT_TRUE(removed);
            for (KnownMessage* message : going) message->deleted = step_;
        });
    }

    void change_visibility() {
        const std::vector<KnownMessage*> messages = received();
        if (messages.empty()) return;
        KnownMessage* message = messages[random() % messages.size()];
        const Seconds timeout{random() % 3 == 0 ? 0 : random() % 100};
        const WallTime until = now() + timeout;
        // With no timeout, a waiting receive may get it inside the call.
        message->hidden_until = std::min(message->hidden_until, until);
        const auto changed = world_.work->change_visibility(*message->number, message->nonce, timeout);
        if (changed != VisibilityChange::kChanged) return;
        message->hidden_at_most = std::max(message->hidden_at_most, until);
        message->asked = ++askings_;
        world_.work->write_receives({*message->number},
                                    [message, until, asked = message->asked](const Result<>& written) {
                                        ASSERT_TRUE(written);
                                        if (message->asked == asked)  // and nothing since
                                            message->hidden_until = message->hidden_at_most = until;
                                    });
    }

    void purge() {
        std::vector<KnownMessage*> all;
        for (auto& [id, message] : known_) {
            message.leaving = true;
            message.sure = false;
            all.push_back(&message);
        }
        world_.work->purge([this, all](const Result<>& purged) {
            ASSERT_TRUE(purged);
            for (KnownMessage* message : all) message->deleted = step_;
        });
    }

    void restart() {
        switch (random() % 3) {
            case 0:
                world_.stop();
                break;
            case 1:
                world_.kill();
                break;
            default:
                world_.crash();
        }
        // What was asked for and not acknowledged may not have happened.
        for (auto& [id, message] : known_) {
            message.leaving = message.deleted.has_value();
            if (message.attempt.empty() || attempts_[message.attempt].unanswered.empty()) continue;
            message.hidden_at_most = std::max(message.hidden_at_most, now() + kTimeoutMax);
        }
        for (auto& [id, attempt] : attempts_) attempt.unanswered.clear();
    }

    std::map<std::string, int> drain(const std::shared_ptr<Queue>& queue) {
        std::map<std::string, int> found;
        for (std::size_t before = 1; before > 0;) {
            std::vector<MessageNumber> numbers;
            queue->receive({.limit = 10, .visibility_timeout = Seconds{43'200}},
                           [&](aws::Outcome<std::vector<ReceivedMessage>> received) {
                               ASSERT_TRUE(received);
                               for (const ReceivedMessage& one : *received) {
                                   ++found[QueueWorld::id_of(one)];
                                   numbers.push_back(one.delivery.message.number);
                               }
                           });
            world_.storage.settle();
            before = numbers.size();
            queue->remove(std::move(numbers), [](const Result<>& removed) { ASSERT_TRUE(removed); });
            world_.storage.settle();
        }
        return found;
    }

    void finish() {
        world_.storage.settle();
        world_.advance(Seconds{43'200});
        world_.stop();
        world_.advance(kTimeoutMax);  // for a receive that waited, even past its time, for dead letters to go
        const auto at_work = drain(world_.work);
        const auto dead = drain(world_.dead);
        for (const auto& [id, message] : known_) {
            SCOPED_TRACE("message " + id);
            const int found =
                (at_work.contains(id) ? at_work.at(id) : 0) + (dead.contains(id) ? dead.at(id) : 0);
            EXPECT_LE(found, 1) << "twice";
            if (message.deleted && !dead.contains(id)) EXPECT_EQ(found, 0) << "came back";
            if (message.number && message.sure) EXPECT_EQ(found, 1) << "lost";
        }
    }

    int receives_max_;
    QueueWorld world_;
    std::map<std::string, KnownMessage> known_;  ///< by message id
    std::map<std::string, Attempt> attempts_;
    int askings_ = 0;
    int step_ = 0;
    int duplicates_ = 0;
    int deliveries_ = 0;
    int repeats_ = 0;   ///< attempts that had to be given the same again, and were
    int returned_ = 0;  ///< pairs: one handed out again while one behind it was in flight
};

TEST(FifoSimulationTest, OrderLockAndOnceThroughCrashes) {
    const SimulationSeeds seeds{100};
    int duplicates = 0;
    int deliveries = 0;
    int repeats = 0;
    int returned = 0;
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        SCOPED_TRACE(fmt::format("again with MILLRACE_SEED={}", seed));
        FifoSimulation simulation{seed};
        simulation.run();
        if (HasFailure()) return;
        duplicates += simulation.duplicates();
        deliveries += simulation.deliveries();
        repeats += simulation.repeats();
        returned += simulation.returned();
    }
    if (!seeds.are_many()) return;
    EXPECT_GT(duplicates, 5'000);
    EXPECT_GT(deliveries, 5'000);
    EXPECT_GT(repeats, 100);
    EXPECT_GT(returned, 10);
}

}  // namespace
}  // namespace millrace::sqs
