#include "net/loop.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <thread>

#include "net/descriptor_limit.h"
#include "net/signals.h"

namespace millrace::net {
namespace {

TEST(Loop, RunsTasksInTheOrderPostedAndNeverInsideThePost) {
    Loop loop;
    std::string trace;
    loop.post([&] {
        loop.post([&] { trace += 'c'; });
        trace += 'a';
    });
    loop.post([&] { trace += 'b'; });
    loop.post([&] { loop.post([&] { loop.stop(); }); });
    EXPECT_EQ(trace, "");
    loop.run();
    EXPECT_EQ(trace, "abc");
}

TEST(Loop, TimersRunInTheOrderOfTheirTimes) {
    Loop loop;
    std::string trace;
    const auto now = std::chrono::steady_clock::now();
    loop.run_at(now + Milliseconds{10}, [&] { trace += 'b'; });
    loop.run_at(now + Milliseconds{20}, [&] { loop.stop(); });
    loop.run_at(now + Milliseconds{5}, [&] { trace += 'a'; });
    const TimerId cancelled = loop.run_at(now + Milliseconds{6}, [&] { trace += 'x'; });
    loop.cancel(cancelled);
    loop.cancel(cancelled);
    loop.cancel(TimerId{});
    loop.run();
    EXPECT_EQ(trace, "ab");
    EXPECT_GE(std::chrono::steady_clock::now(), now + Milliseconds{20});
}

TEST(Loop, ATimerSetInThePastDoesNotStarveTheRest) {
    Loop loop;
    int turns = 0;
    std::move_only_function<void()> again = [&] {
        ++turns;
        loop.run_at({}, [&] { again(); });
    };
    again();
    loop.post([&] { loop.stop(); });
    loop.run();
    EXPECT_LT(turns, 10);
}

TEST(Loop, TakesPostsFromManyThreads) {
    constexpr int kThreads = 4;
    constexpr int kPosts = 5000;
    Loop loop;
    int seen = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < kPosts; ++j) {
                loop.post([&] {
                    if (++seen == kThreads * kPosts) loop.stop();
                });
            }
        });
    }
    loop.run();
    EXPECT_EQ(seen, kThreads * kPosts);
}

TEST(Loop, StopsFromAnotherThreadAndContinuesLater) {
    Loop loop;
    int runs = 0;
    {
        const std::jthread other([&] {
            std::this_thread::sleep_for(Milliseconds{5});
            loop.stop();
        });
        loop.run();
    }
    loop.post([&] {
        ++runs;
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(runs, 1);
}

TEST(Loop, DestroysWhatNeverRan) {
    const auto token = std::make_shared<int>(0);
    {
        Loop loop;
        loop.post([token] {});
        loop.run_after(Seconds{60}, [token] {});
    }
    EXPECT_EQ(token.use_count(), 1);
}

TEST(Loop, APostAfterItsEndIsDropped) {
    std::shared_ptr<Inbox> inbox;
    {
        const Loop loop;
        inbox = loop.inbox();
    }
    const auto token = std::make_shared<int>(0);
    inbox->post([token] {});
    EXPECT_EQ(token.use_count(), 1);
}

TEST(Signals, ArriveOnTheLoop) {
    Loop loop;
    std::vector<int> seen;
    const Signals signals(loop, {SIGTERM, SIGINT}, [&](int signal) {
        seen.push_back(signal);
        if (seen.size() == 2) loop.stop();
    });
    ::raise(SIGTERM);
    ::raise(SIGINT);
    ::raise(SIGPIPE);
    ::raise(SIGXFSZ);
    loop.run();
    EXPECT_EQ(seen, (std::vector{SIGTERM, SIGINT}));
}

TEST(DescriptorLimit, IsRaisedAsFarAsItMay) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit low = before;
    low.rlim_cur = 200;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    raise_descriptor_limit();
    rlimit raised{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &raised), 0);
    EXPECT_TRUE(raised.rlim_cur == before.rlim_max || raised.rlim_cur > 100'000) << raised.rlim_cur;
    EXPECT_EQ(raised.rlim_max, before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace millrace::net
