#include <gtest/gtest.h>

#include "base/assert.h"
#include "storage/journal/journal_world.h"
#include "storage/memory_log_store.h"

// What log_store.h promises, tried on every implementation.

namespace millrace::storage {
namespace {

NewEntry new_entry(LogId log, std::int64_t millis, std::string payload) {
    return {log, from_millis(millis), SharedBytes{std::move(payload)}};
}

class Subject {
  public:
    virtual ~Subject() = default;
    virtual LogStore& store() = 0;
    virtual void settle() = 0;
    virtual void clear(Done done) = 0;
};

class MemorySubject final : public Subject {
  public:
    LogStore& store() override { return store_; }
    void settle() override { home_.run_ready(); }
    void clear(Done done) override { store_.clear(std::move(done)); }

  private:
    ManualClock clock_;
    ManualExecutor home_{clock_};
    MemoryLogStore store_{home_};
};

class JournalSubject final : public Subject {
  public:
    explicit JournalSubject(std::size_t recent_bytes_max) {
        world_.segment_bytes = 4096;
        world_.recent_bytes_max = recent_bytes_max;
        MILLRACE_ASSERT(world_.open().has_value());
    }
    LogStore& store() override { return *world_.journal; }
    void settle() override { world_.settle(); }
    void clear(Done done) override { world_.journal->clear(std::move(done)); }

  private:
    JournalWorld world_;
};

class LogStoreContract : public testing::TestWithParam<std::string> {
  protected:
    LogStoreContract() {
        if (GetParam() == "Memory") subject_ = std::make_unique<MemorySubject>();
        if (GetParam() == "Journal") subject_ = std::make_unique<JournalSubject>(kRecentBytesMax);
        if (GetParam() == "JournalFromDisk") subject_ = std::make_unique<JournalSubject>(0);
    }

    LogStore& store() { return subject_->store(); }
    void settle() { subject_->settle(); }

    std::vector<std::uint64_t> append(std::vector<NewEntry> entries) {
        std::vector<std::uint64_t> offsets;
        store().append(std::move(entries), [&](Result<std::vector<Offset>> result) {
            ASSERT_TRUE(result) << result.error().message;
            for (const Offset offset : *result) offsets.push_back(offset.value());
        });
        settle();
        return offsets;
    }

    void append_many(LogId log, int from, int to) {
        std::vector<NewEntry> entries;
        for (int i = from; i < to; ++i) entries.push_back(new_entry(log, i, std::to_string(i)));
        append(std::move(entries));
    }

    std::string read(LogId log, std::uint64_t from = 0, ReadLimits limits = {}) {
        std::string all;
        bool answered = false;
        store().read(log, Offset{from}, limits, [&](Result<std::vector<Entry>> entries) {
            answered = true;
            ASSERT_TRUE(entries) << entries.error().message;
            for (const Entry& entry : *entries) {
                all += std::to_string(entry.offset.value()) + "=" + std::string{entry.payload.view()} + " ";
            }
        });
        settle();
        EXPECT_TRUE(answered);
        return all;
    }

    std::uint64_t find_time(LogId log, std::int64_t millis) {
        std::uint64_t found = 4711;
        store().find_time(log, from_millis(millis), [&](Result<Offset> offset) {
            ASSERT_TRUE(offset) << offset.error().message;
            found = offset->value();
        });
        settle();
        return found;
    }

    static constexpr LogId kA{1};
    static constexpr LogId kB{2};
    std::unique_ptr<Subject> subject_;
};

INSTANTIATE_TEST_SUITE_P(Stores, LogStoreContract, testing::Values("Memory", "Journal", "JournalFromDisk"),
                         [](const auto& info) { return info.param; });

TEST_P(LogStoreContract, ALogNeverWrittenIsEmpty) {
    EXPECT_EQ(store().begin(kA), Offset{0});
    EXPECT_EQ(store().end(kA), Offset{0});
    EXPECT_EQ(read(kA), "");
    EXPECT_EQ(find_time(kA, 5), 0u);
}

TEST_P(LogStoreContract, OffsetsCountFromZeroInEachLog) {
    EXPECT_EQ(append({new_entry(kA, 1, "a"), new_entry(kB, 1, "b"), new_entry(kA, 2, "")}),
              (std::vector<std::uint64_t>{0, 0, 1}));
    EXPECT_EQ(append({new_entry(kB, 3, "c")}), (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(append({}), (std::vector<std::uint64_t>{}));
    EXPECT_EQ(read(kA), "0=a 1= ");
    EXPECT_EQ(read(kB), "0=b 1=c ");
    EXPECT_EQ(store().end(kA), Offset{2});
}

TEST_P(LogStoreContract, CallbacksNeverRunInsideTheCallAndKeepItsOrder) {
    std::string order;
    const auto note = [&](char what) { return [&order, what](const auto&) { order += what; }; };
    store().append({new_entry(kA, 1, "x")}, note('1'));
    store().trim(kA, Offset{1}, note('2'));
    store().append({new_entry(kA, 1, std::string(kEntryBytesMax + 1, 'x'))}, note('3'));
    store().append({new_entry(kA, 1, "y")}, note('4'));
    store().remove(kB, note('5'));
    EXPECT_EQ(order, "");
    EXPECT_EQ(store().end(kA), Offset{0});
    settle();
    EXPECT_EQ(order, "12345");
}

TEST_P(LogStoreContract, EntriesAreReadableWhenTheCallbackRuns) {
    store().append({new_entry(kA, 1, "x")}, [&](const auto&) {
        EXPECT_EQ(store().end(kA), Offset{1});
        EXPECT_EQ(read(kA), "0=x ");
    });
    settle();
}

TEST_P(LogStoreContract, AnEntryMayBeAsLargeAsTheLimitAndNoLarger) {
    EXPECT_EQ(append({new_entry(kA, 1, std::string(kEntryBytesMax, 'x'))}).size(), 1u);
    ErrorCode code{};
    store().append({new_entry(kA, 1, "small"), new_entry(kA, 1, std::string(kEntryBytesMax + 1, 'x'))},
                   [&](const auto& result) { code = result.error().code; });
    settle();
    EXPECT_EQ(code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(store().end(kA), Offset{1});
    std::size_t size = 0;
    store().read(kA, Offset{0}, {}, [&](const auto& entries) { size = entries->front().payload.size(); });
    settle();
    EXPECT_EQ(size, kEntryBytesMax);
}

TEST_P(LogStoreContract, ReadsStopAtTheirLimits) {
    append_many(kA, 10, 20);  // ten entries of two bytes
    EXPECT_EQ(read(kA, 0, {.entries = 2}), "0=10 1=11 ");
    EXPECT_EQ(read(kA, 8, {.entries = 5}), "8=18 9=19 ");
    EXPECT_EQ(read(kA, 10), "");
    EXPECT_EQ(read(kA, 99), "");
    EXPECT_EQ(read(kA, 0, {.bytes = 5}), "0=10 1=11 ");
    EXPECT_EQ(read(kA, 0, {.bytes = 6}), "0=10 1=11 2=12 ");
    EXPECT_EQ(read(kA, 3, {.bytes = 0}), "3=13 ");
}

TEST_P(LogStoreContract, LongLogsAreReadWhole) {
    for (int i = 0; i < 40; ++i) {
        append_many(kA, i * 50, i * 50 + 50);
        append_many(kB, i, i + 1);
    }
    std::string expected;
    for (int i = 0; i < 2000; ++i) expected += std::to_string(i) + "=" + std::to_string(i) + " ";
    EXPECT_EQ(read(kA), expected);
    EXPECT_EQ(read(kA, 1234, {.entries = 1}), "1234=1234 ");
    EXPECT_EQ(read(kB, 20, {.entries = 2}), "20=20 21=21 ");
}

TEST_P(LogStoreContract, TimesNeverGoBackInALog) {
    append({new_entry(kA, 100, "a"), new_entry(kA, 50, "b")});
    append({new_entry(kA, 70, "c"), new_entry(kB, 10, "d")});
    store().read(kA, Offset{0}, {}, [](const Result<std::vector<Entry>>& entries) {
        for (const Entry& entry : *entries) EXPECT_EQ(to_millis(entry.time), 100);
    });
    settle();
    EXPECT_EQ(find_time(kA, 100), 0u);
    EXPECT_EQ(find_time(kB, 10), 0u);
}

TEST_P(LogStoreContract, TheFirstEntryAtOrAfterATimeIsFound) {
    std::vector<NewEntry> entries;
    for (int i = 0; i < 1000; ++i) entries.push_back(new_entry(kA, i / 3 * 10, std::to_string(i)));
    append(std::move(entries));
    EXPECT_EQ(find_time(kA, -1), 0u);
    EXPECT_EQ(find_time(kA, 0), 0u);
    EXPECT_EQ(find_time(kA, 1), 3u);
    EXPECT_EQ(find_time(kA, 1000), 300u);
    EXPECT_EQ(find_time(kA, 1001), 303u);
    EXPECT_EQ(find_time(kA, 3330), 999u);
    EXPECT_EQ(find_time(kA, 3331), 1000u);
    store().trim(kA, Offset{500}, [](const auto&) {});
    EXPECT_EQ(find_time(kA, 0), 500u);
    EXPECT_EQ(find_time(kA, 2000), 600u);
}

TEST_P(LogStoreContract, TrimHidesAtOnceAndNeverMoreThanThereIs) {
    append_many(kA, 0, 10);
    bool done = false;
    store().trim(kA, Offset{4}, [&](const Result<>& result) { done = result.has_value(); });
    EXPECT_EQ(store().begin(kA), Offset{4});
    EXPECT_EQ(read(kA, 0, {.entries = 2}), "4=4 5=5 ");
    EXPECT_TRUE(done);
    store().trim(kA, Offset{2}, [](const auto&) {});
    EXPECT_EQ(store().begin(kA), Offset{4});
    store().trim(kA, Offset{99}, [](const auto&) {});
    EXPECT_EQ(store().begin(kA), Offset{10});
    settle();
    append_many(kA, 10, 12);
    EXPECT_EQ(read(kA), "10=10 11=11 ");
    store().trim(kB, Offset{5}, [](const auto&) {});
    settle();
    EXPECT_EQ(store().end(kB), Offset{0});
}

TEST_P(LogStoreContract, RemoveForgetsTheLogAndWhatIsOnItsWayToIt) {
    append_many(kA, 0, 10);
    store().append({new_entry(kA, 1, "late")}, [](const auto& result) { EXPECT_TRUE(result); });
    store().remove(kA, [](const auto& result) { EXPECT_TRUE(result); });
    EXPECT_EQ(store().end(kA), Offset{0});
    EXPECT_EQ(read(kA), "");
    EXPECT_EQ(store().end(kA), Offset{0});
}

TEST_P(LogStoreContract, ClearForgetsAllLogsButWhatComesAfterIt) {
    append_many(kA, 0, 500);
    append_many(kB, 0, 3);
    bool cleared = false;
    subject_->clear([&](const Result<>& result) { cleared = result.has_value(); });
    store().append({new_entry(kA, 1, "new")},
                   [](const auto& result) { EXPECT_EQ(result->front(), Offset{0}); });
    settle();
    EXPECT_TRUE(cleared);
    EXPECT_EQ(read(kA), "0=new ");
    EXPECT_EQ(store().end(kB), Offset{0});
}

TEST_P(LogStoreContract, ACallbackMayCallTheStoreAgain) {
    int left = 5;
    std::move_only_function<void()> again = [&] {
        if (left-- == 0) return;
        store().append({new_entry(kA, 1, "x")}, [&](const auto&) { again(); });
    };
    again();
    settle();
    EXPECT_EQ(store().end(kA), Offset{5});
}

}  // namespace
}  // namespace millrace::storage
