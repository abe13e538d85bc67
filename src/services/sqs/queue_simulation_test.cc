#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/sqs/queue_world.h"
#include "services/sqs/simulation_seeds.h"

// A queue on the journal through sends, receives, deletions, purges, moves within its log and to the dead
// letters, restarts and crashes, beside a simple model of what must be true. MILLRACE_SEED=n repeats one,
// MILLRACE_SEEDS=n runs so many.

namespace millrace::sqs {
namespace {

/// What the clients know of one message.
struct Known {
    std::string body;
    WallTime sent;
    bool acknowledged = false;
    std::optional<int> deleted;    ///< in this step its deletion or a purge was acknowledged
    std::optional<int> leaving;    ///< in this step, of this life, its deletion was asked for
    std::optional<int> uncertain;  ///< in this life a deletion or purge was asked for that may not be done
    std::optional<MessageNumber> number;
    std::map<std::uint32_t, int> receives;  ///< count of each, and the step in which it was answered
    std::uint32_t receives_kept = 0;        ///< at the last restart
    int hidden_in = 0;                      ///< in this step it was hidden
    int changed_in = 0;                     ///< in this step, last, its visibility was changed
    WallTime hidden_until = WallTime::min();
    std::vector<std::uint32_t> nonces;
};

class QueueSimulation {
  public:
    explicit QueueSimulation(std::uint64_t seed) : world_(seed, seed % 2 == 0 ? 4 : 1'000) {
        world_.storage.segment_bytes = 8'192 + random() % 100'000;
        world_.storage.recent_bytes_max = random() % 2 * 20'000;
        world_.stop();
    }

    void run() {
        for (; step_ < 1'000 && !testing::Test::HasFailure(); ++step_) take_step();
        finish();
    }

    [[nodiscard]] std::size_t moves() const { return moves_; }

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
                return receive(1 + random() % 10, Seconds{random() % 60});
            case 6:
            case 7:
            case 8:
                return remove();
            case 9:
                return change_visibility();
            case 10:
                if (random() % 20 == 0) purge();
                return;
            case 11:
                return world_.storage.home.advance(
                    Milliseconds{random() % (random() % 4 == 0 ? 90'000 : 5'000)});
            case 12:
                if (random() % 20 == 0) restart();
                return;
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
            ids.push_back(std::to_string(known_.size()));
            Known& message = known_[ids.back()];
            message = {.body = ids.back() + std::string(random() % 2'000, 'x'), .sent = now()};
            messages.messages.push_back(
                {message.sent, Seconds{random() % 8 == 0 ? random() % 100 : 0}, "", "", ""});
            append_record(messages.entries.bytes(),
                          SendRecord{.message_id = ids.back(), .sent = message.sent, .body = message.body});
            messages.entries.end_entry(world_.work->description().log, message.sent);
        }
        world_.work->send(std::move(messages), [this, ids, step = step_](const auto& sent) {
            ASSERT_TRUE(sent);
            note_durable(step);
            for (const std::string& id : ids) known_[id].acknowledged = true;
        });
    }

    /// What was asked for in that step was acknowledged: whatever was written before it is durable, too.
    void note_durable(int step) {
        if (step < step_) durable_ = std::max(durable_, step);  // else there was nothing to write
    }

    void receive(std::size_t limit, Seconds timeout) {
        world_.work->receive(
            {.limit = limit, .visibility_timeout = timeout, .wait = Seconds{random() % 4 == 0 ? 5 : 0}},
            [this, timeout, life = life_, step = step_,
             called = now()](aws::Outcome<std::vector<ReceivedMessage>> received) {
                if (life != life_) return;
                ASSERT_TRUE(received);
                std::optional<MessageNumber> before;
                for (const ReceivedMessage& one : *received) {
                    const MessageNumber number = one.delivery.message.number;
                    ASSERT_TRUE(!before || *before < number) << "not the oldest first";
                    before = number;
                    take(one, called + timeout, step);
                }
            });
    }

    /// Handed out by a receive that was called in that step, and hidden at least until then.
    void take(const ReceivedMessage& one, WallTime hidden_until, int step) {
        const auto record = parse_record(one.entry.view());
        ASSERT_TRUE(record);
        const SendRecord* content = content_of(*record);
        ASSERT_NE(content, nullptr);
        const std::string id(content->message_id);
        SCOPED_TRACE("message " + id);
        ASSERT_TRUE(known_.contains(id));
        Known& message = known_[id];
        const Delivery& delivery = one.delivery;
        ASSERT_FALSE(message.deleted && *message.deleted < step) << "came back";
        ASSERT_FALSE(message.leaving && *message.leaving < step)
            << "handed out while its deletion is on its way";
        ASSERT_EQ(content->body, message.body);
        ASSERT_EQ(content->sent, message.sent);
        ASSERT_EQ(message.number.value_or(delivery.message.number), delivery.message.number);
        // Bodies come from the disk, and so perhaps in another order than the messages were taken.
        const bool newest =
            message.receives.empty() || message.receives.rbegin()->first < delivery.receive_count;
        ASSERT_GT(delivery.receive_count, message.receives_kept) << "receives are forgotten";
        ASSERT_TRUE(message.receives.emplace(delivery.receive_count, step_).second) << "counted twice";
        if (newest && step < message.changed_in) {
            // Perhaps it was this receive that was changed, before its answer.
            message.hidden_until = std::min(message.hidden_until, hidden_until);
            message.nonces.push_back(delivery.nonce);
        } else if (newest) {
            ASSERT_LE(message.hidden_until, now()) << "handed out twice";
            message.hidden_until = hidden_until;
            message.hidden_in = step_;
            message.nonces.push_back(delivery.nonce);
        }
        if (message.uncertain && *message.uncertain < life_) message.uncertain.reset();
        message.number = delivery.message.number;
    }

    /// Those received and not deleted; every eighth message stays for ever.
    std::vector<Known*> received() {
        std::vector<Known*> found;
        for (auto& [id, message] : known_) {
            if (!message.nonces.empty() && !message.deleted && std::stoi(id) % 8 != 0)
                found.push_back(&message);
        }
        return found;
    }

    void remove() {
        std::vector<Known*> messages = received();
        if (random() % 2 == 0 && messages.size() > 1) messages.resize(random() % messages.size());
        std::vector<MessageNumber> numbers;
        for (Known* message : messages) {
            message->leaving = step_;
            message->uncertain = life_;
            numbers.push_back(*message->number);
        }
        world_.work->remove(std::move(numbers),
                            [this, messages, life = life_, step = step_](const Result<>& removed) {
                                if (life != life_) return;
                                ASSERT_TRUE(removed);
                                note_durable(step);
                                for (Known* message : messages) message->deleted = step_;
                            });
    }

    void change_visibility() {
        const std::vector<Known*> messages = received();
        if (messages.empty()) return;
        Known* message = messages[random() % messages.size()];
        const Seconds timeout{random() % 100};
        // With no timeout, a waiting receive may get it inside the call.
        message->hidden_until = std::min(message->hidden_until, now() + timeout);
        const auto changed =
            world_.work->change_visibility(*message->number, message->nonces.back(), timeout);
        ASSERT_NE(changed, VisibilityChange::kBeyondLimit);
        if (changed != VisibilityChange::kChanged) return;
        message->changed_in = step_;
        if (timeout > Seconds{0}) message->hidden_until = now() + timeout;
        message->hidden_in = step_;
        world_.work->write_receives({*message->number}, [this, step = step_](const Result<>& written) {
            ASSERT_TRUE(written);
            note_durable(step);
        });
    }

    void purge() {
        std::vector<Known*> all;
        for (auto& [id, message] : known_) all.push_back(&message);
        for (Known* message : all) message->uncertain = life_;
        world_.work->purge([this, all, life = life_, step = step_](const Result<>& purged) {
            if (life != life_) return;
            ASSERT_TRUE(purged);
            note_durable(step);
            for (Known* message : all) message->deleted = step_;
        });
    }

    void restart() {
        count_moves();
        ++life_;
        switch (random() % 3) {
            case 0:
                durable_ = step_;
                world_.stop();
                break;
            case 1:
                crashed_ = true;
                world_.kill();
                break;
            default:
                crashed_ = true;
                world_.crash();
        }
        for (auto& [id, message] : known_) {
            message.leaving.reset();
            std::erase_if(message.receives, [&](const auto& one) { return one.second >= durable_; });
            message.receives_kept = message.receives.empty() ? 0 : message.receives.rbegin()->first;
            if (message.hidden_in >= durable_) message.hidden_until = WallTime::min();
        }
    }

    void count_moves() {
        for (const std::string& payload : world_.storage.payloads(world_.work->description().log)) {
            const auto record = parse_record(payload);
            if (record && std::holds_alternative<MovedRecord>(*record)) ++moves_;
        }
    }

    std::map<std::string, int> drain(const std::shared_ptr<Queue>& queue) {
        std::map<std::string, int> found;
        for (std::size_t before = 1; before > 0;) {
            before = 0;
            queue->receive({.limit = 10, .visibility_timeout = Seconds{43'200}},
                           [&](aws::Outcome<std::vector<ReceivedMessage>> received) {
                               ASSERT_TRUE(received);
                               before = received->size();
                               for (const ReceivedMessage& one : *received) ++found[QueueWorld::id_of(one)];
                           });
            world_.storage.settle();
        }
        return found;
    }

    void finish() {
        world_.storage.settle();
        world_.advance(Seconds{43'200});
        world_.advance(Seconds{120});  // a move that became due with that
        count_moves();
        const LogUse use = world_.work->state().log_use();
        EXPECT_TRUE(use.live == 0 || use.live > use.span / 4) << use.live << " of " << use.span;
        world_.stop();
        const auto at_work = drain(world_.work);
        const auto dead = drain(world_.dead);
        for (const auto& [id, message] : known_) {
            SCOPED_TRACE("message " + id);
            const int here = at_work.contains(id) ? at_work.at(id) : 0;
            const int there = dead.contains(id) ? dead.at(id) : 0;
            EXPECT_LE(here, 1) << "twice in the queue";
            EXPECT_LE(here + there, crashed_ ? 2 : 1) << "twice";
            if (message.deleted) EXPECT_EQ(here, 0) << "came back";
            if (message.acknowledged && !message.deleted && !message.uncertain)
                EXPECT_GE(here + there, 1) << "lost";
        }
    }

    QueueWorld world_;
    std::map<std::string, Known> known_;
    int step_ = 0;
    int life_ = 0;     ///< of the process
    int durable_ = 0;  ///< everything written before this step is durable
    bool crashed_ = false;
    std::size_t moves_ = 0;
};

TEST(QueueSimulationTest, NothingAcknowledgedIsLostAndNothingDeletedComesBack) {
    const SimulationSeeds seeds{100};
    std::size_t moves = 0;
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        SCOPED_TRACE(fmt::format("again with MILLRACE_SEED={}", seed));
        QueueSimulation simulation{seed};
        simulation.run();
        if (HasFailure()) return;
        moves += simulation.moves();
    }
    if (seeds.are_many()) EXPECT_GT(moves, 1'000u);
}

}  // namespace
}  // namespace millrace::sqs
