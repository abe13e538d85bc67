#include <cerrno>
#include <gmock/gmock.h>

#include "storage/catalog/log_catalog.h"
#include "storage/journal/frame.h"
#include "storage/journal/journal_world.h"
#include "storage/journal/segment_format.h"

// A disk on which nothing is left but what the journal holds back.

namespace millrace::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr LogId kFilling{1};
constexpr LogId kOther{2};
constexpr std::uint64_t kTrims = 25;

class JournalFullDiskTest : public testing::Test {
  protected:
    JournalFullDiskTest() {
        world_.segment_bytes = 2048;
        world_.held_back_bytes = kTrims * kFrameHeaderBytes;
    }

    void open() { ASSERT_TRUE(world_.open()); }
    /// For all but what is held back.
    void fill_disk() { world_.files.set_capacity(world_.files.used()); }
    bool append(LogId log, bool frees_space, std::size_t bytes = 10) {
        bool appended = false;
        world_.journal->append({{log, world_.clock.now(), SharedBytes{std::string(bytes, 'x')}, frees_space}},
                               [&](const auto& result) { appended = result.has_value(); });
        world_.settle();
        return appended;
    }
    void append_until_full(LogId log) {
        while (append(log, false, 100)) continue;
        while (append(log, false, 1)) continue;
        ASSERT_EQ(world_.journal->health().state, JournalState::kDiskFull);
    }

    JournalWorld world_;
};

TEST_F(JournalFullDiskTest, TrimsAndRemovalsGiveSpaceBack) {
    open();
    world_.files.set_capacity(world_.files.used() + 10'000);
    ASSERT_TRUE(append(kOther, false));
    append_until_full(kFilling);
    const std::uint64_t end = world_.journal->end(kFilling).value();
    EXPECT_FALSE(append(kOther, false));
    ASSERT_TRUE(world_.trim(kFilling, Offset{end / 2}));
    EXPECT_TRUE(append(kOther, false));
    EXPECT_EQ(world_.journal->health().state, JournalState::kHealthy);
    append_until_full(kFilling);
    ASSERT_TRUE(world_.remove(kFilling));
    EXPECT_TRUE(append(kOther, false, 3000));
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_EQ(world_.journal->end(kFilling), Offset{0});
    EXPECT_EQ(world_.journal->end(kOther), Offset{3});
}

TEST_F(JournalFullDiskTest, HealthSaysThatThereIsSpaceAgainWithoutAWrite) {
    open();
    ASSERT_TRUE(append(kOther, false));
    fill_disk();
    EXPECT_FALSE(append(kOther, false, 100));
    EXPECT_EQ(world_.journal->health().state, JournalState::kDiskFull);
    world_.home.advance(Seconds{2});
    world_.settle();
    EXPECT_EQ(world_.journal->health().state, JournalState::kDiskFull) << "it still is";
    world_.files.set_capacity(world_.files.used() + 100'000);
    world_.home.advance(Seconds{1});
    world_.settle();
    EXPECT_EQ(world_.journal->health().state, JournalState::kHealthy);
}

TEST_F(JournalFullDiskTest, WhatIsHeldBackIsForWhatFreesSpaceAlone) {
    open();
    ASSERT_TRUE(append(kFilling, false));
    ASSERT_TRUE(append(kOther, false));
    fill_disk();
    EXPECT_FALSE(append(kFilling, false, 0));
    EXPECT_TRUE(append(kFilling, true, 0));
    for (std::uint64_t used = 1; used + 1 < kTrims; ++used) ASSERT_TRUE(append(kOther, true, 0)) << used;
    EXPECT_FALSE(append(kOther, true, 1)) << "one byte too many";
    EXPECT_TRUE(world_.trim(kFilling, Offset{1}));
    EXPECT_FALSE(world_.trim(kFilling, Offset{2})) << "nothing is left";
    EXPECT_FALSE(world_.remove(kOther));
    EXPECT_THAT(world_.journal->health().reason, HasSubstr("No space left on device"));
    world_.files.set_capacity(~0ULL);
    EXPECT_TRUE(append(kFilling, false));
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_EQ(world_.journal->end(kFilling), Offset{3});
    EXPECT_EQ(world_.journal->end(kOther), Offset{kTrims - 1});
}

TEST_F(JournalFullDiskTest, WhatIsHeldBackIsFilledUpAgain) {
    open();
    ASSERT_TRUE(append(kFilling, false));
    for (int round = 0; round < 5; ++round) {
        fill_disk();
        EXPECT_FALSE(append(kFilling, false, 0));
        for (std::uint64_t used = 0; used < kTrims; ++used) ASSERT_TRUE(append(kFilling, true, 0));
        EXPECT_FALSE(append(kFilling, true, 0));
        world_.files.set_capacity(~0ULL);
        ASSERT_TRUE(append(kFilling, false, 700));  // in later rounds in the next segment
    }
    EXPECT_GT(world_.segments().size(), 2u);
}

TEST_F(JournalFullDiskTest, WhatWaitsBehindARefusedAppendIsDoneIfItFreesSpace) {
    open();
    ASSERT_TRUE(world_.append(kFilling, {"1", "2", "3"}));
    ASSERT_TRUE(append(kOther, false));
    fill_disk();
    std::string order;
    const auto note = [&](char name) {
        return [&order, name](const auto& result) { order += result ? name : '-'; };
    };
    world_.journal->append({{kFilling, {}, SharedBytes{"lost"}}}, note('a'));
    world_.journal->trim(kFilling, Offset{2}, note('b'));
    world_.journal->append({{kOther, {}, SharedBytes{"x"}, true}, {kOther, {}, SharedBytes{"y"}}}, note('c'));
    world_.journal->clear(note('d'));
    world_.journal->append({{kFilling, {}, SharedBytes{"4"}, true}}, note('e'));
    world_.journal->remove(kOther, note('f'));
    world_.settle();
    EXPECT_EQ(order, "-b--ef");
    EXPECT_THAT(world_.payloads(kFilling), ElementsAre("3", "4"));
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kFilling), ElementsAre("3", "4"));
    EXPECT_EQ(world_.journal->end(kOther), Offset{0});
}

TEST_F(JournalFullDiskTest, ASegmentThatCannotBeFollowedGoesOn) {
    open();
    for (std::uint64_t room = 0; room < 3000; room += 37) {
        world_.files.set_capacity(world_.files.used() + room);
        append_until_full(kFilling);
        ASSERT_TRUE(append(kFilling, true)) << room;
        ASSERT_TRUE(world_.trim(kFilling, Offset{world_.journal->end(kFilling).value() - 1})) << room;
        if (room % 2 == 0) ASSERT_TRUE(world_.crash_and_reopen());
        EXPECT_THAT(world_.payloads(kFilling), ElementsAre(std::string(10, 'x')));
        world_.files.set_capacity(~0ULL);
        ASSERT_TRUE(append(kFilling, false));
    }
}

TEST_F(JournalFullDiskTest, WhereTheSystemCannotReserveNothingIsLost) {
    world_.files.set_can_reserve(false);
    open();
    ASSERT_TRUE(world_.append(kFilling, {"1", "2"}));
    fill_disk();
    EXPECT_FALSE(append(kFilling, false));
    EXPECT_FALSE(world_.trim(kFilling, Offset{1}));
    EXPECT_EQ(world_.journal->health().state, JournalState::kDiskFull);
    world_.files.set_capacity(world_.files.used() + kFrameHeaderBytes);
    EXPECT_FALSE(append(kFilling, false));
    EXPECT_TRUE(world_.trim(kFilling, Offset{1})) << "its record alone would find space";
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kFilling), ElementsAre("2"));
}

TEST_F(JournalFullDiskTest, AnUnfinishedSegmentGoesWithTheNextStart) {
    open();
    ASSERT_TRUE(world_.append(kFilling, {std::string(3000, 'x')}));
    world_.files.fail_call(7, EIO);  // the next segment's sync, or what removes it then
    while (world_.journal->health().state == JournalState::kHealthy) append(kFilling, false);
    world_.files.fail_call(0, 0);
    ASSERT_TRUE(files::write_file(
        world_.files, std::string("/data/journal/") + std::string{kUnfinishedSegmentName}, "half"));
    ASSERT_TRUE(world_.kill_and_reopen());
    EXPECT_EQ(world_.segments().size(), 1u);
    ASSERT_TRUE(append(kFilling, false));
    EXPECT_EQ(world_.segments().size(), 2u);
}

TEST_F(JournalFullDiskTest, TheCatalogForgetsOnAFullDisk) {
    open();
    std::unique_ptr<LogCatalog> catalog;
    LogCatalog::open(*world_.journal, world_.clock, [&](auto opened) { catalog = std::move(*opened); });
    world_.settle();
    const auto commit = [&](CatalogChange change) {
        bool done = false;
        catalog->commit(std::move(change), [&](const Result<>& result) { done = result.has_value(); });
        world_.settle();
        return done;
    };
    ASSERT_TRUE(commit({.puts = {{"queues/a", "{}"}}}));
    fill_disk();
    EXPECT_FALSE(commit({.puts = {{"queues/b", "{}"}}}));
    EXPECT_TRUE(commit({.puts = {{"removed/1", "{}"}}, .erases = {"queues/a"}}));
    EXPECT_EQ(catalog->get("queues/a"), std::nullopt);
    catalog.reset();
}

}  // namespace
}  // namespace millrace::storage
