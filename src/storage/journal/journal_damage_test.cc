#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "files/helpers.h"
#include "storage/doctor/inspection.h"
#include "storage/journal/frame.h"
#include "storage/journal/journal_world.h"
#include "storage/journal/segment_format.h"

// What no crash leaves behind is refused, and nothing is removed because of it.

namespace millrace::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr LogId kWritten{1};

class JournalDamageTest : public testing::Test {
  protected:
    JournalDamageTest() {
        set_log_level(LogLevel::kError);
        world_.segment_bytes = 2048;
        EXPECT_TRUE(world_.open());
    }
    ~JournalDamageTest() override { set_log_level(LogLevel::kInfo); }

    void stop() {
        world_.journal.reset();
        world_.home.run_ready();
    }
    std::string newest() { return world_.segments().back(); }
    std::string contents() { return files::read_file(world_.files, newest()).value(); }
    void overwrite(std::string_view bytes) { ASSERT_TRUE(files::write_file(world_.files, newest(), bytes)); }
    std::string open_error() {
        const auto opened = world_.close_and_reopen();
        return opened ? "opened" : opened.error().message;
    }

    JournalWorld world_;
};

TEST_F(JournalDamageTest, ASegmentThatLostItsTableIsRefusedAndStays) {
    while (world_.segments().size() < 2) ASSERT_TRUE(world_.append(kWritten, {std::string(300, 'x')}));
    stop();
    const std::string path = newest();
    const std::string whole = contents();
    for (std::size_t size = 0; size < kSegmentHeaderBytes + kFrameHeaderBytes; ++size) {
        overwrite(whole.substr(0, size));
        ASSERT_THAT(open_error(), HasSubstr(path + " is damaged at byte ")) << size;
        ASSERT_EQ(newest(), path) << size;
        const auto seen = inspect(world_.files, "/data");
        ASSERT_TRUE(seen && !seen->sound()) << size;
    }
    overwrite(std::string(whole.size(), '\0'));
    EXPECT_THAT(open_error(), HasSubstr(path + " is damaged at byte 0"));
    overwrite(whole);
    EXPECT_EQ(open_error(), "opened");
}

TEST_F(JournalDamageTest, TheOnlySegmentWithoutATableIsRefusedToo) {
    ASSERT_TRUE(world_.append(kWritten, {"acknowledged"}));
    stop();
    overwrite("");
    EXPECT_THAT(open_error(), HasSubstr("is damaged at byte 0"));
    EXPECT_FALSE(inspect(world_.files, "/data")->sound());
}

TEST_F(JournalDamageTest, AFlippedBitInTheLastGroupIsRefusedAfterACleanStop) {
    world_.fsync.zeros_ahead = 1000;
    ASSERT_TRUE(world_.close_and_reopen());
    ASSERT_TRUE(world_.append(kWritten, {"first"}));
    const std::size_t zeros = world_.fsync.zeros_ahead;
    const std::size_t last = contents().size() - zeros;
    ASSERT_TRUE(world_.append(kWritten, {"last"}));
    stop();
    const std::string whole = contents();
    for (const std::size_t place : {last, last + 9, last + kFrameHeaderBytes}) {
        std::string damaged = whole;
        damaged[place] ^= 1;
        overwrite(damaged);
        EXPECT_THAT(open_error(), HasSubstr(newest() + " is damaged at byte " + std::to_string(last)));
        EXPECT_FALSE(inspect(world_.files, "/data")->sound());
    }
    overwrite(whole);
    EXPECT_TRUE(inspect(world_.files, "/data")->sound());
    ASSERT_EQ(open_error(), "opened");
    EXPECT_THAT(world_.payloads(kWritten), ElementsAre("first", "last"));
    ASSERT_TRUE(world_.append(kWritten, {"next"}));
    ASSERT_EQ(open_error(), "opened");
    EXPECT_THAT(world_.payloads(kWritten), ElementsAre("first", "last", "next"));
}

TEST_F(JournalDamageTest, AFullDiskIsStoppedAsItIs) {
    ASSERT_TRUE(world_.append(kWritten, {"kept"}));
    for (std::uint64_t room = 0; room < 300; room += 7) {
        world_.files.set_capacity(world_.files.used() + room);
        ASSERT_EQ(open_error(), "opened") << room;
        EXPECT_THAT(world_.payloads(kWritten), ElementsAre("kept"));
        world_.files.set_capacity(~0ULL);
        EXPECT_TRUE(inspect(world_.files, "/data")->sound());
    }
}

TEST_F(JournalDamageTest, WhatALifeWithoutSyncsWroteIsSyncedByTheNextStart) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        JournalWorld world{seed};
        world.segment_bytes = 2048;
        world.fsync = {.when = FsyncMode::When::kNever};
        ASSERT_TRUE(world.open());
        for (int i = 0; i < 30; ++i) ASSERT_TRUE(world.append(kWritten, {std::string(300, 'x')}));
        world.fsync = {.when = FsyncMode::When::kAlways};
        ASSERT_TRUE(world.close_and_reopen());
        const auto opened = world.crash_and_reopen();
        ASSERT_TRUE(opened) << opened.error().message;
        ASSERT_EQ(world.payloads(kWritten).size(), 30u) << "seed " << seed;
    }
}

TEST_F(JournalDamageTest, ANewestSegmentThatWasCutAfterACleanStopIsNoInterruptedWrite) {
    ASSERT_TRUE(world_.append(kWritten, {"first", "second"}));
    stop();
    const std::string whole = contents();
    overwrite(std::string_view(whole).substr(0, whole.find("second")));
    for (int start = 0; start < 2; ++start) {
        const auto opened = world_.open();
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
        EXPECT_THAT(opened.error().message, HasSubstr("its newest segment was cut or removed"));
    }
}

TEST_F(JournalDamageTest, SegmentsThatWereRemovedAreMissed) {
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(world_.append(kWritten, {std::string(300, 'x')}));
    ASSERT_TRUE(world_.kill_and_reopen());  // not even a clean stop
    world_.files.kill();
    stop();
    ASSERT_TRUE(world_.files.remove(newest()));
    EXPECT_THAT(world_.open().error().message, HasSubstr("its newest segment was cut or removed"));
    for (const std::string& path : world_.segments()) ASSERT_TRUE(world_.files.remove(path));
    EXPECT_THAT(world_.open().error().message, HasSubstr("there is no segment in /data/journal"));
    world_.forget_head();
    EXPECT_TRUE(world_.open()) << "as it says";
}

TEST_F(JournalDamageTest, ADamagedHeadSaysNothingAndStopsNothing) {
    ASSERT_TRUE(world_.append(kWritten, {"first"}));
    stop();
    for (const std::string& text :
         {std::string(), std::string("x"), std::string(1000, 'x'),
          std::string("millrace journal durable until 00000000000000000009 crc32c 0\n")}) {
        ASSERT_TRUE(files::write_file(world_.files, "/data/journal.head", text));
        ASSERT_TRUE(world_.open());
        EXPECT_THAT(world_.payloads(kWritten), ElementsAre("first"));
        stop();
        EXPECT_EQ(files::read_file(world_.files, "/data/journal.head")->size(), 68U) << "it is made anew";
    }
}

TEST_F(JournalDamageTest, WhatLiesBeforeDamageCanBeReadByWhoAsksForIt) {
    world_.recent_bytes_max = 0;
    ASSERT_TRUE(world_.close_and_reopen());
    for (char name = 'a'; name <= 'l'; ++name) ASSERT_TRUE(world_.append(kWritten, {std::string(300, name)}));
    const std::string path = world_.segments()[1];
    world_.files.damage(path, files::read_file(world_.files, path)->find("hhh"));
    EXPECT_FALSE(world_.read(kWritten)) << "who takes all for all there is must not miss it";

    const ReadLimits until_failure{.until_failure = true};
    const auto before = world_.payloads(kWritten, Offset{0}, until_failure);
    ASSERT_EQ(before.size(), 7U);
    EXPECT_EQ(before.back().front(), 'g');
    EXPECT_EQ(world_.payloads(kWritten, Offset{6}, until_failure).size(), 1U);
    EXPECT_THAT(world_.read(kWritten, Offset{7}, until_failure).error().message,
                HasSubstr(path + " is damaged at byte "));
    EXPECT_FALSE(world_.read(kWritten, Offset{8}, until_failure))
        << "where it begins can only be told from before";
}

TEST_F(JournalDamageTest, HealthForgetsAReadThatCameRight) {
    world_.recent_bytes_max = 0;
    ASSERT_TRUE(world_.append(kWritten, {"first"}));
    ASSERT_TRUE(world_.close_and_reopen());
    world_.files.fail_call(1, EIO);
    EXPECT_FALSE(world_.read(kWritten));
    EXPECT_NE(world_.journal->stats().read_failure, "");
    EXPECT_TRUE(world_.read(kWritten));
    EXPECT_EQ(world_.journal->stats().read_failure, "");
}

TEST_F(JournalDamageTest, ADirectoryWithSomebodysOwnFilesIsRefused) {
    JournalWorld world{1};
    ASSERT_TRUE(files::create_directories(world.files, "/data/code"));
    EXPECT_THAT(
        world.open().error().message,
        HasSubstr("cannot use data directory /data: it has code in it and holds nothing of millrace"));
    ASSERT_TRUE(files::write_file(world.files, "/data/lock", "4711"));
    ASSERT_TRUE(files::write_file(world.files, "/data/b.txt", "mine"));
    EXPECT_THAT(world.open().error().message, HasSubstr("it has b.txt in it"))
        << "a lock alone proves nothing";
    ASSERT_TRUE(world.files.remove("/data/b.txt"));
    ASSERT_TRUE(world.files.remove("/data/lock"));
    EXPECT_EQ(world.files.list("/data")->size(), 1U) << "nothing was made in it";
}

TEST_F(JournalDamageTest, ADirectoryThatSomebodyElseMadeIsDurableOnceAWriteIs) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        JournalWorld world{seed};
        ASSERT_TRUE(files::create_directories(world.files, "/data/journal"));
        ASSERT_TRUE(world.open());
        ASSERT_TRUE(world.append(kWritten, {"acknowledged"}));
        ASSERT_TRUE(world.crash_and_reopen());
        ASSERT_THAT(world.payloads(kWritten), ElementsAre("acknowledged")) << "seed " << seed;
    }
}

}  // namespace
}  // namespace millrace::storage
