#include "base/serial_tasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace millrace {
namespace {

TEST(SerialTasks, TheNextJobWaitsForTheOneBefore) {
    SerialTasks tasks;
    std::vector<int> ran;
    Task finish_first;
    tasks.run([&](Task finished) {
        ran.push_back(1);
        finish_first = std::move(finished);
    });
    tasks.run([&](Task finished) {
        ran.push_back(2);
        finished();
    });
    tasks.run([&](Task finished) {
        ran.push_back(3);
        finished();
    });
    EXPECT_THAT(ran, testing::ElementsAre(1));
    finish_first();
    EXPECT_THAT(ran, testing::ElementsAre(1, 2, 3));
}

TEST(SerialTasks, ManyThatFinishAtOnceDoNotNest) {
    SerialTasks tasks;
    int count = 0;
    Task start;
    tasks.run([&](Task finished) { start = std::move(finished); });
    for (int i = 0; i < 200'000; ++i) {
        tasks.run([&](Task finished) {
            ++count;
            finished();
        });
    }
    start();
    EXPECT_EQ(count, 200'000);
}

TEST(SerialTasks, ClearForgetsTheRunningJob) {
    SerialTasks tasks;
    Task late;
    bool ran = false;
    tasks.run([&](Task finished) { late = std::move(finished); });
    tasks.run([&](Task) { ran = true; });
    tasks.clear();
    late();
    EXPECT_FALSE(ran);
    tasks.run([&](Task) { ran = true; });
    EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace millrace
