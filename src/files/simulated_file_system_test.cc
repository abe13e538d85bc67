#include "files/simulated_file_system.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <set>

#include "files/helpers.h"

namespace millrace::files {
namespace {

void append(File& file, std::string_view bytes) {
    const std::string_view pieces[] = {bytes};
    ASSERT_TRUE(file.write_at(file.size().value(), pieces));
}

TEST(SimulatedFileSystem, ACrashLosesOnlyWhatWasNotSynced) {
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        SeededRandom random{seed};
        SimulatedFileSystem files{random};
        const auto file = files.open("/f", OpenMode::kCreateNew, 0644);
        ASSERT_TRUE(file);
        append(**file, std::string(700, 'a'));
        ASSERT_TRUE((*file)->sync());
        ASSERT_TRUE(files.sync_directory("/"));
        append(**file, std::string(2000, 'b'));
        files.crash();
        EXPECT_FALSE((*file)->sync());
        const std::string found = read_file(files, "/f").value();
        ASSERT_EQ(found.substr(0, 700), std::string(700, 'a'));
        sizes.insert(found.size());
    }
    EXPECT_GT(sizes.size(), 3u);
    EXPECT_TRUE(sizes.contains(700));
    EXPECT_TRUE(sizes.contains(2700));
}

TEST(SimulatedFileSystem, PowerThatGoesAtASyncMayLeaveWhatWasWrittenBeforeIt) {
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        SeededRandom random{seed};
        SimulatedFileSystem files{random};
        const auto file = files.open("/f", OpenMode::kCreateNew, 0644);
        ASSERT_TRUE(files.sync_directory("/"));
        files.crash_at_call(3);  // the file is asked for its size, written and synced
        append(**file, std::string(2000, 'b'));
        EXPECT_FALSE((*file)->sync());
        EXPECT_FALSE(files.info("/f")) << "before the power is back";
        files.crash();
        sizes.insert(read_file(files, "/f").value().size());
    }
    EXPECT_TRUE(sizes.contains(0));
    EXPECT_TRUE(sizes.contains(2000));
}

TEST(SimulatedFileSystem, ACrashMayLoseNamesOfADirectoryNotSynced) {
    std::set<bool> kept;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        SeededRandom random{seed};
        SimulatedFileSystem files{random};
        ASSERT_TRUE(files.create_directory("/d"));
        ASSERT_TRUE(files.sync_directory("/"));
        ASSERT_TRUE(write_file_atomically(files, "/d/durable", "x"));
        ASSERT_TRUE(write_file(files, "/d/f", "x"));
        files.crash();
        EXPECT_EQ(read_file(files, "/d/durable").value(), "x");
        kept.insert(exists(files, "/d/f"));
    }
    EXPECT_EQ(kept.size(), 2u);
}

TEST(SimulatedFileSystem, AKillLosesNothingButOpenFilesAndLocks) {
    SeededRandom random{1};
    SimulatedFileSystem files{random};
    const auto file = files.open("/f", OpenMode::kCreateNew, 0644);
    append(**file, "x");
    const auto lock = files.lock("/lock");
    EXPECT_EQ(files.lock("/lock").error().code, ErrorCode::kUnavailable);
    files.kill();
    EXPECT_EQ(read_file(files, "/f").value(), "x");
    EXPECT_TRUE(files.lock("/lock"));
    EXPECT_EQ((*file)->sync().error().code, ErrorCode::kIo);
}

TEST(SimulatedFileSystem, ALinkIsASecondNameOfTheSameFile) {
    SeededRandom random{1};
    SimulatedFileSystem files{random};
    ASSERT_TRUE(files.create_directory("/d"));
    ASSERT_TRUE(write_file(files, "/f", "one"));
    ASSERT_TRUE(files.link("/f", "/d/g"));
    EXPECT_EQ(files.used(), 3u) << "its space is taken once";
    ASSERT_TRUE(write_file(files, "/f", "two"));
    EXPECT_EQ(read_file(files, "/d/g").value(), "two");
    ASSERT_TRUE(files.remove("/f"));
    EXPECT_EQ(read_file(files, "/d/g").value(), "two");
    EXPECT_EQ(files.link("/f", "/h").error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(write_file(files, "/f", "other"));
    EXPECT_EQ(files.link("/f", "/d/g").error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(files.link("/f", "/nowhere/g").error().code, ErrorCode::kNotFound);
}

TEST(SimulatedFileSystem, ACrashMayLoseALinkButNotTheFile) {
    std::set<bool> kept;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        SeededRandom random{seed};
        SimulatedFileSystem files{random};
        ASSERT_TRUE(write_file_atomically(files, "/f", "x"));
        ASSERT_TRUE(files.link("/f", "/g"));
        files.crash();
        EXPECT_EQ(read_file(files, "/f").value(), "x");
        kept.insert(exists(files, "/g"));
        if (exists(files, "/g")) EXPECT_EQ(read_file(files, "/g").value(), "x");
    }
    EXPECT_EQ(kept.size(), 2u);
}

TEST(SimulatedFileSystem, ADirectoryIsRenamedWithAllInIt) {
    SeededRandom random{1};
    SimulatedFileSystem files{random};
    ASSERT_TRUE(create_directories(files, "/from/d"));
    ASSERT_TRUE(write_file(files, "/from/d/f", "x"));
    ASSERT_TRUE(create_directories(files, "/from-beside"));
    ASSERT_TRUE(files.create_directory("/to"));
    ASSERT_TRUE(files.rename("/from", "/to"));
    EXPECT_EQ(read_file(files, "/to/d/f").value(), "x");
    EXPECT_FALSE(exists(files, "/from"));
    EXPECT_TRUE(exists(files, "/from-beside"));
    ASSERT_TRUE(files.create_directory("/from"));
    EXPECT_FALSE(files.rename("/from", "/to")) << "it is not empty";
}

TEST(SimulatedFileSystem, TheChosenCallsFailAndTheDiskFillsUp) {
    SeededRandom random{1};
    SimulatedFileSystem files{random};
    files.fail_call(2, EIO, 2);
    EXPECT_TRUE(files.create_directory("/a"));
    EXPECT_EQ(files.create_directory("/b").error().code, ErrorCode::kIo);
    EXPECT_FALSE(exists(files, "/a"));
    EXPECT_TRUE(exists(files, "/a"));
    files.set_capacity(10);
    EXPECT_EQ(write_file(files, "/f", "12345678901").error().code, ErrorCode::kResourceExhausted);
    EXPECT_EQ(files.used(), 10u);
    EXPECT_TRUE(write_file(files, "/f", "1234567890"));
}

TEST(SimulatedFileSystem, WhatIsReservedIsTheFilesOwn) {
    SeededRandom random{1};
    SimulatedFileSystem files{random};
    auto file = *files.open("/f", OpenMode::kCreateNew, 0644);
    files.set_capacity(10);
    EXPECT_EQ(file->reserve(0, 11).error().code, ErrorCode::kResourceExhausted);
    ASSERT_TRUE(file->reserve(2, 8));
    EXPECT_EQ(files.used(), 10u);
    EXPECT_EQ(*file->size(), 0u);
    EXPECT_FALSE(write_file(files, "/g", "x"));
    const std::string_view ten[] = {"1234567890"};
    ASSERT_TRUE(file->write_at(0, ten));
    EXPECT_FALSE(file->write_at(1, ten));
    ASSERT_TRUE(file->truncate(9));
    EXPECT_TRUE(write_file(files, "/g", "x"));
    files.set_can_reserve(false);
    EXPECT_TRUE(file->reserve(0, 100));
    EXPECT_EQ(files.used(), 10u);
}

}  // namespace
}  // namespace millrace::files
