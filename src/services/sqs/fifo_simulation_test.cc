#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/sqs/queue_world.h"

// A FIFO queue on the journal through sends of the same again, receives, deletions, purges, dead letters,
// restarts and crashes, beside a simple model of what AWS promises: order in each group, a locked group while
// a message of it is in flight, each message once. MILLRACE_SEED=n repeats one.

namespace millrace::sqs {
namespace {

/// What the clients know of one message.
struct Known {
    std::string group;
    std::string deduplication_id;
    WallTime sent;
    std::optional<MessageNumber> number;  ///< its send was acknowledged, or it was received
    std::uint32_t receives = 0;
    std::uint32_t nonce = 0;  ///< of the newest receive
    WallTime hidden_until = WallTime::min();
    int changes = 0;             ///< of its visibility that were asked for
    bool leaving = false;        ///< its deletion, or a purge, was asked for
    std::optional<int> deleted;  ///< in this step that was acknowledged
    bool sure = true;            ///< nothing was asked for that a crash may have cut off
};

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
                return receive(1 + random() % 5, Seconds{random() % 60});
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
            Known& message = known_[ids.back()];
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
        Known& first = known_[sent.message_id];
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
        if (!options.attempt.empty()) {
            // Given again, they are hidden from now on.
            for (const std::string& id : attempts_[options.attempt]) {
                known_[id].hidden_until = std::min(known_[id].hidden_until, now() + timeout);
            }
        }
        const std::string attempt = options.attempt;
        world_.work->receive(std::move(options), [this, attempt, asked = ++asked_[attempt],
                                                  until = now() + timeout, step = step_](
                                                     aws::Outcome<std::vector<ReceivedMessage>> received) {
            ASSERT_TRUE(received);
            // Asked again before this answer came, they are hidden as the answer to that will say.
            const bool newest = attempt.empty() || asked_[attempt] == asked;
            std::vector<std::string> ids;
            for (const ReceivedMessage& one : *received) ids.push_back(QueueWorld::id_of(one));
            for (std::size_t i = 0; i < ids.size(); ++i) {
                SCOPED_TRACE(fmt::format("message {} of {}, step {}", ids[i], known_[ids[i]].group, step_));
                check_received((*received)[i].delivery, ids, i, step, newest ? until : WallTime::min());
            }
            if (!attempt.empty() && !ids.empty()) attempts_[attempt] = ids;
        });
    }

    void check_received(const Delivery& delivery, const std::vector<std::string>& ids, std::size_t index,
                        int step, WallTime hidden_until) {
        ASSERT_TRUE(known_.contains(ids[index]));
        Known& message = known_[ids[index]];
        ++deliveries_;
        ASSERT_FALSE(message.deleted && *message.deleted < step) << "came back";
        ASSERT_EQ(message.number.value_or(delivery.message.number), delivery.message.number);
        message.number = delivery.message.number;
        if (!message.leaving) message.sure = true;                      // it is still there
        if (message.receives > 0 && message.nonce == delivery.nonce) {  // the same attempt
            ASSERT_EQ(message.receives, delivery.receive_count);
            message.hidden_until = hidden_until;
            return;
        }
        // Bodies come from the disk: an answer may be overtaken by the next receive's.
        if (delivery.receive_count < message.receives) return;
        ASSERT_NE(delivery.receive_count, message.receives) << "counted twice";
        for (const auto& [id, other] : known_) {
            if (message.leaving) break;  // it was taken before, and those after it were not locked any more
            if (other.group != message.group || !other.number || other.leaving || !other.sure) continue;
            if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
            ASSERT_LE(other.hidden_until, now()) << "the group is locked by " << id;
            // Receives that a crash left unanswered count, too.
            const bool dead = receives_max_ < 1'000 && !world_.work->state().contains(*other.number);
            ASSERT_TRUE(dead || *other.number > *message.number) << "passes over " << id;
        }
        for (std::size_t i = 0; i < index; ++i) {
            const Known& before = known_[ids[i]];
            if (before.group == message.group) ASSERT_LT(*before.number, *message.number);
        }
        message.receives = delivery.receive_count;
        message.nonce = delivery.nonce;
        message.hidden_until = hidden_until;
    }

    /// Those received and not deleted; some messages nobody deletes.
    std::vector<Known*> received() {
        std::vector<Known*> found;
        for (auto& [id, message] : known_) {
            if (message.receives > 0 && !message.leaving && id.front() != '7') found.push_back(&message);
        }
        return found;
    }

    void remove() {
        std::vector<Known*> messages = received();
        if (messages.size() > 5) messages.resize(random() % messages.size());
        std::vector<MessageNumber> numbers;
        std::vector<Known*> going;
        for (Known* message : messages) {
            const bool expired = world_.work->has_expired(*message->number, message->nonce);
            if (message->hidden_until > now()) ASSERT_FALSE(expired) << "the handle is still good";
            if (expired) continue;
            message->leaving = true;
            message->sure = false;
            going.push_back(message);
            numbers.push_back(*message->number);
        }
        world_.work->remove(std::move(numbers), [this, going](const Result<>& removed) {
            ASSERT_TRUE(removed);
            for (Known* message : going) message->deleted = step_;
        });
    }

    void change_visibility() {
        const std::vector<Known*> messages = received();
        if (messages.empty()) return;
        Known* message = messages[random() % messages.size()];
        const Seconds timeout{random() % 100};
        const WallTime until = now() + timeout;
        message->hidden_until = std::min(message->hidden_until, until);
        const auto changed = world_.work->change_visibility(*message->number, message->nonce, timeout);
        if (changed != VisibilityChange::kChanged) return;
        world_.work->write_receives(
            {*message->number},
            [message, until, nonce = message->nonce, change = ++message->changes](const Result<>& written) {
                ASSERT_TRUE(written);
                // A later change counts from when it was asked for.
                if (message->nonce == nonce && message->changes == change) message->hidden_until = until;
            });
    }

    void purge() {
        std::vector<Known*> all;
        for (auto& [id, message] : known_) {
            message.leaving = true;
            message.sure = false;
            all.push_back(&message);
        }
        world_.work->purge([this, all](const Result<>& purged) {
            ASSERT_TRUE(purged);
            for (Known* message : all) message->deleted = step_;
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
        for (auto& [id, message] : known_) message.leaving = message.deleted.has_value();
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
    std::map<std::string, Known> known_;  ///< by message id
    std::map<std::string, std::vector<std::string>> attempts_;
    std::map<std::string, int> asked_;  ///< by attempt
    int step_ = 0;
    int duplicates_ = 0;
    int deliveries_ = 0;
};

TEST(FifoSimulationTest, OrderLockAndOnceThroughCrashes) {
    std::uint64_t first = 1;
    std::uint64_t last = 100;
    if (const char* seed = std::getenv("MILLRACE_SEED")) first = last = std::stoull(seed);
    int duplicates = 0;
    int deliveries = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        FifoSimulation simulation{seed};
        simulation.run();
        if (HasFailure()) return;
        duplicates += simulation.duplicates();
        deliveries += simulation.deliveries();
    }
    if (last == first) return;
    EXPECT_GT(duplicates, 5'000);
    EXPECT_GT(deliveries, 5'000);
}

}  // namespace
}  // namespace millrace::sqs
