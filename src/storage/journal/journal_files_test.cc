#include <chrono>
#include <deque>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <map>
#include <sys/resource.h>
#include <unistd.h>

#include "base/executor.h"
#include "base/mutex.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "storage/journal/journal.h"

// The journal on real files with its real threads.

namespace millrace::storage {
namespace {

/// An executor that other threads may post to; run by the test's thread.
class QueueExecutor final : public Executor {
  public:
    void post(Task task) override {
        {
            const MutexLock lock{mutex_};
            tasks_.push_back(std::move(task));
        }
        wake_.notify_one();
    }
    TimerId run_at(MonotonicTime, Task) override { return TimerId{1}; }
    void cancel(TimerId) override {}

    void run_one() {
        Task task;
        {
            const MutexLock lock{mutex_};
            while (tasks_.empty()) wake_.wait(mutex_);
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }

  private:
    Mutex mutex_;
    ConditionVariable wake_;
    std::deque<Task> tasks_ GUARDED_BY(mutex_);
};

class JournalFilesTest : public testing::Test {
  protected:
    void open(std::uint64_t segment_bytes = kSegmentBytes, std::size_t recent_bytes_max = kRecentBytesMax) {
        journal_.reset();
        auto opened = Journal::open({.directory = files::join(directory_.path(), "data"),
                                     .files = files_,
                                     .home = home_,
                                     .clock = clock_,
                                     .segment_bytes = segment_bytes,
                                     .recent_bytes_max = recent_bytes_max});
        ASSERT_TRUE(opened) << opened.error().message;
        journal_ = std::move(*opened);
    }

    void run_until(const bool& done) {
        while (!done) home_.run_one();
    }

    files::TemporaryDirectory directory_;
    files::PosixFileSystem files_;
    QueueExecutor home_;
    SystemClock clock_;
    std::unique_ptr<Journal> journal_;
};

TEST_F(JournalFilesTest, ManyAppendsAndReadsThroughRealThreads) {
    open(256 * 1024, 16 * 1024);
    constexpr int kAppends = 2000;
    std::map<LogId, std::vector<std::string>> expected;
    int answered = 0;
    int reads = 0;
    for (int i = 0; i < kAppends; ++i) {
        const LogId log{static_cast<std::uint64_t>(i % 7)};
        expected[log].push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 300), 'x'));
        journal_->append({{log, clock_.now(), SharedBytes{expected[log].back()}}},
                         [&](const Result<std::vector<Offset>>& result) {
                             ASSERT_TRUE(result);
                             ++answered;
                         });
        if (i % 50 != 0) continue;
        while (answered < i) home_.run_one();
        ++reads;
        journal_->read(log, Offset{0}, {}, [&, log](const Result<std::vector<Entry>>& entries) {
            ASSERT_TRUE(entries);
            for (const Entry& entry : *entries)
                ASSERT_EQ(entry.payload.view(), expected[log][entry.offset.value()]);
            --reads;
        });
    }
    while (answered < kAppends || reads > 0) home_.run_one();
    EXPECT_LE(journal_->stats().syncs, journal_->stats().commits + 50);

    open(64 * 1024);
    for (const auto& [log, payloads] : expected) {
        bool done = false;
        journal_->read(log, Offset{0}, {}, [&](const Result<std::vector<Entry>>& entries) {
            ASSERT_TRUE(entries);
            ASSERT_EQ(entries->size(), payloads.size());
            for (const Entry& entry : *entries)
                ASSERT_EQ(entry.payload.view(), payloads[entry.offset.value()]);
            done = true;
        });
        run_until(done);
    }
}

TEST_F(JournalFilesTest, ASecondJournalInTheDirectoryIsRefused) {
    open();
    const auto second = Journal::open({.directory = files::join(directory_.path(), "data"),
                                       .files = files_,
                                       .home = home_,
                                       .clock = clock_});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("is in use by another millrace (pid "), std::string::npos);
    ASSERT_TRUE(files_.remove(files::join(directory_.path(), "data/lock")));
    const auto third = Journal::open({.directory = files::join(directory_.path(), "data"),
                                      .files = files_,
                                      .home = home_,
                                      .clock = clock_});
    ASSERT_FALSE(third) << "the name of the lock is not the lock";
    EXPECT_NE(third.error().message.find("is in use by another millrace"), std::string::npos);
}

TEST_F(JournalFilesTest, NothingIsAcknowledgedIntoASegmentThatWasRemovedOrCut) {
    const std::string journal = files::join(directory_.path(), "data/journal");
    const auto append = [this] {
        bool done = false;
        bool appended = false;
        journal_->append({{LogId{1}, clock_.now(), SharedBytes{std::string{"x"}}}}, [&](const auto& result) {
            appended = result.has_value();
            done = true;
        });
        run_until(done);
        return appended;
    };
    open();
    ASSERT_TRUE(append());
    const std::string path = files::join(journal, files_.list(journal)->front().name);
    ASSERT_TRUE((*files_.open(path, files::OpenMode::kReadWrite, 0644))->truncate(10));
    EXPECT_FALSE(append());
    EXPECT_EQ(journal_->health().state, JournalState::kFailed);
    journal_.reset();
    ASSERT_TRUE(files::remove_tree(files_, files::join(directory_.path(), "data")));
    open();
    ASSERT_TRUE(append());
    ASSERT_TRUE(files_.remove(files::join(journal, files_.list(journal)->front().name)));
    EXPECT_FALSE(append());
    EXPECT_EQ(journal_->health().state, JournalState::kFailed);
}

TEST_F(JournalFilesTest, AnEmptyDirectoryOpensAndClearsFast) {
    const auto start = std::chrono::steady_clock::now();
    open();
    bool done = false;
    journal_->append({{LogId{1}, clock_.now(), SharedBytes{"x"}}}, [](const auto&) {});
    journal_->clear([&](const Result<>& result) { done = result.has_value(); });
    run_until(done);
    // Generous: the machine that runs this may be busy. Typical is a few milliseconds.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
    EXPECT_EQ(journal_->end(LogId{1}), Offset{0});
}

TEST_F(JournalFilesTest, DestructionWithWorkUnderWayIsClean) {
    for (int round = 0; round < 5; ++round) {
        open(4096);
        for (int i = 0; i < 50; ++i) {
            journal_->append({{LogId{1}, clock_.now(), SharedBytes{std::string(200, 'x')}}},
                             [](const auto&) {});
            if (i == 25) home_.run_one();
        }
        journal_->read(LogId{1}, Offset{0}, {}, [](const auto&) {});
    }
    open(4096);
    EXPECT_EQ(journal_->end(LogId{1}), Offset{250});
}

/// As if all descriptors were in use but so many.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t left) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int lowest = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(lowest);
        rlimit few = before_;
        few.rlim_cur = static_cast<rlim_t>(lowest) + left;
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

  private:
    rlimit before_{};
};

TEST_F(JournalFilesTest, ALackOfDescriptorsPasses) {
    open(4096);
    bool answered = false;
    bool accepted = false;
    const auto append = [&] {
        answered = false;
        journal_->append({{LogId{1}, clock_.now(), SharedBytes{std::string(3000, 'x')}}},
                         [&](const auto& result) {
                             accepted = result.has_value();
                             answered = true;
                         });
        run_until(answered);
    };
    for (int i = 0; i < 3; ++i) append();  // a sanitizer needs descriptors for its first look at a type
    ASSERT_TRUE(accepted);
    for (const rlim_t left : {0, 1, 2, 3}) {
        {
            const FewDescriptors few{left};
            for (int i = 0; i < 2; ++i) append();  // with one of them the next segment begins
        }
        EXPECT_NE(journal_->health().state, JournalState::kFailed) << journal_->health().reason;
        append();
        ASSERT_TRUE(accepted) << left;
        EXPECT_EQ(journal_->health().state, JournalState::kHealthy);
    }
}

}  // namespace
}  // namespace millrace::storage
