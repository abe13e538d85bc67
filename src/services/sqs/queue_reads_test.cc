// What happens to a queue while a read of its log is on its way to the disk.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "services/sqs/queue_world.h"

namespace millrace::sqs {
namespace {

class QueueReadsTest : public testing::Test {
  protected:
    QueueReadsTest() : world_(1) {
        world_.storage.recent_bytes_max = 0;
        world_.stop();
    }

    /// A message that is about to move: the entries are asked for.
    MessageNumber begin_move() {
        world_.send("old");
        const MessageNumber old = world_.receive().at(0).delivery.message.number;
        world_.churn(30);
        world_.storage.home.advance(Seconds{60});
        return old;
    }

    QueueWorld world_;
};

TEST_F(QueueReadsTest, APurgeWhileAMoveReadsIsNotUndone) {
    const MessageNumber old = begin_move();
    world_.work->purge([](const Result<>& purged) { EXPECT_TRUE(purged); });
    world_.storage.settle();
    world_.stop();
    EXPECT_FALSE(world_.work->state().contains(old));
}

TEST_F(QueueReadsTest, ADeletionWhileAMoveReadsIsNotUndone) {
    const MessageNumber old = begin_move();
    world_.remove(old);
    world_.stop();
    EXPECT_FALSE(world_.work->state().contains(old));
}

// Whether the disk writes or reads first is up to the seed.
TEST(QueueReadSeedsTest, AQueueClosedWhileAMoveReadsWritesNoMore) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        QueueWorld world(seed);
        world.storage.recent_bytes_max = 0;
        world.stop();
        world.send("old");
        world.receive();
        world.churn(30);
        world.storage.home.advance(LogUpkeep::kMoveDelay);
        const storage::LogId log = world.work->description().log;
        world.work->close(std::nullopt);
        world.storage.journal->clear([](const Result<>& cleared) { EXPECT_TRUE(cleared); });
        world.storage.settle();
        EXPECT_EQ(world.storage.journal->end(log), storage::Offset{0});
    }
}

TEST(QueueReadSeedsTest, WhatAReceiveReadsIsNotTrimmedAwayBeforeItIsRead) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        QueueWorld world(seed);
        world.storage.recent_bytes_max = 0;
        world.stop();
        world.send("x");
        const MessageNumber message = world.receive(1, Seconds{0}).at(0).delivery.message.number;
        std::size_t received = 0;
        world.work->receive({.limit = 1, .visibility_timeout = Seconds{30}},
                            [&](const aws::Outcome<std::vector<ReceivedMessage>>& outcome) {
                                ASSERT_TRUE(outcome);
                                received = outcome->size();
                            });
        world.work->remove({message}, [](const Result<>& removed) { EXPECT_TRUE(removed); });
        world.storage.workers.run_one(world.storage.random);
        world.storage.home.advance(LogUpkeep::kTrimDelay);
        world.storage.settle();
        EXPECT_EQ(received, 1u);
        world.storage.home.advance(LogUpkeep::kTrimDelay);
        const storage::LogId log = world.work->description().log;
        EXPECT_EQ(world.storage.journal->begin(log), world.storage.journal->end(log));
    }
}

}  // namespace
}  // namespace millrace::sqs
