#include <cerrno>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "services/sqs/queue_world.h"

// The move of a queue's survivors, ended at every step and at every call to the disk: afterwards each message
// is there once, as it was.

namespace millrace::sqs {
namespace {

class Move {
  public:
    Move() : world_(7) {
        world_.storage.segment_bytes = 4'096;
        world_.storage.recent_bytes_max = 0;
        world_.stop();
        for (const char* id : {"in flight", "visible", "deleted"}) world_.send(id);
        world_.send("delayed", Seconds{900});
        in_flight_ = world_.receive().at(0).delivery.message.number;
        visible_ = world_.receive(1, Seconds{30}).at(0).delivery.message.number;
        deleted_ = world_.receive().at(0).delivery.message.number;
        world_.churn(30);
        // Due a minute from the first, and trimmed ten seconds later.
        world_.storage.home.advance(Seconds{59});
        world_.storage.settle();
        calls_before_ = world_.storage.files.calls();
    }

    /// Runs the move, the deletion of one message and the trim, up to that step; true when that was all.
    bool run(int steps) {
        world_.storage.home.advance(Seconds{1});
        for (int step = 0; step < steps; ++step) {
            if (step == 2) {
                world_.work->remove({deleted_}, [this](const Result<>& removed) {
                    deletion_acknowledged_ = removed.has_value();
                });
            }
            if (!world_.storage.workers.run_one(world_.storage.random)) {
                if (trimming_) return true;
                trimming_ = true;
                world_.storage.home.advance(Seconds{10});
            }
            world_.storage.home.run_ready();
        }
        return false;
    }

    void fail_call(std::uint64_t n) { world_.storage.files.fail_call(n, EIO); }
    [[nodiscard]] std::uint64_t calls() { return world_.storage.files.calls() - calls_before_; }

    void check(void (QueueWorld::*end)()) {
        (world_.*end)();
        EXPECT_EQ(world_.work->state().delayed(), 1u);
        world_.advance(Seconds{900});
        std::vector<std::string> found;
        for (const ReceivedMessage& one : world_.receive(10)) {
            const std::string id = QueueWorld::id_of(one);
            if (id == "deleted" && !deletion_acknowledged_) continue;
            found.push_back(id);
            if (id == "in flight") EXPECT_EQ(one.delivery.message.number, in_flight_);
            if (id == "visible") EXPECT_EQ(one.delivery.message.number, visible_);
        }
        EXPECT_EQ(found, (std::vector<std::string>{"in flight", "visible", "delayed"}));
        // Handles from before.
        for (const MessageNumber message : {in_flight_, visible_}) world_.remove(message);
        (world_.*end)();
        EXPECT_FALSE(world_.work->state().contains(in_flight_));
        EXPECT_FALSE(world_.work->state().contains(visible_));
    }

    [[nodiscard]] bool moved() {
        return world_.storage.journal->begin(world_.work->description().log).value() > 4;
    }

  private:
    QueueWorld world_;
    MessageNumber in_flight_;
    MessageNumber visible_;
    MessageNumber deleted_;
    bool deletion_acknowledged_ = false;
    bool trimming_ = false;
    std::uint64_t calls_before_ = 0;
};

constexpr void (QueueWorld::* kEnds[])() = {&QueueWorld::crash, &QueueWorld::kill, &QueueWorld::stop};

TEST(QueueCrashTest, AMoveEndedAtAnyStepLeavesEachMessageOnce) {
    bool moved = false;
    bool whole = false;
    for (int steps = 0; !whole && !testing::Test::HasFailure(); ++steps) {
        for (const auto end : kEnds) {
            SCOPED_TRACE(fmt::format("{} steps", steps));
            Move move;
            whole = move.run(steps);
            moved = moved || move.moved();
            move.check(end);
        }
        ASSERT_LT(steps, 100);
    }
    EXPECT_TRUE(moved);
}

TEST(QueueCrashTest, AMoveWithAnyCallToTheDiskFailedLeavesEachMessageOnce) {
    Move whole;
    ASSERT_TRUE(whole.run(100));
    ASSERT_GE(whole.calls(), 8u) << "reads, writes, syncs, another segment";
    for (std::uint64_t n = 1; n <= whole.calls() && !testing::Test::HasFailure(); ++n) {
        for (const auto end : kEnds) {
            SCOPED_TRACE(fmt::format("call {}", n));
            Move move;
            move.fail_call(n);
            move.run(100);
            move.fail_call(0);
            move.check(end);
        }
    }
}

}  // namespace
}  // namespace millrace::sqs
