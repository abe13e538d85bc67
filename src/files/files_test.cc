#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::files {
namespace {

class Files : public testing::Test {
  protected:
    std::string path(std::string_view name) const { return join(directory_.path(), name); }

    TemporaryDirectory directory_;
    PosixFileSystem files_;
};

TEST_F(Files, PathsAreJoinedAndSplit) {
    EXPECT_EQ(join("a", "b"), "a/b");
    EXPECT_EQ(join("a/", "b"), "a/b");
    EXPECT_EQ(join("a", "/b"), "/b");
    EXPECT_EQ(join("", "b"), "b");
    EXPECT_EQ(parent_of("a"), ".");
    EXPECT_EQ(parent_of("a/b/"), "a");
    EXPECT_EQ(parent_of("/a"), "/");
    EXPECT_EQ(parent_of("/"), "/");
}

TEST_F(Files, ManyPiecesAreWrittenInOneGo) {
    auto file = files_.open(path("pieces"), OpenMode::kCreateNew, 0644);
    ASSERT_TRUE(file);
    std::vector<std::string> pieces;
    std::string expected = "..";
    for (int i = 0; i < 5000; ++i) {
        pieces.push_back(std::string(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26)));
        expected += pieces.back();
    }
    const std::vector<std::string_view> views(pieces.begin(), pieces.end());
    const std::string_view dots[] = {".."};
    ASSERT_TRUE((*file)->write_at(0, dots));
    ASSERT_TRUE((*file)->write_at(2, views));
    ASSERT_TRUE((*file)->sync());
    EXPECT_EQ((*file)->size().value(), expected.size());
    EXPECT_EQ(read_file(files_, path("pieces")).value(), expected);
}

TEST_F(Files, AReadPastTheEndIsShort) {
    ASSERT_TRUE(write_file(files_, path("short"), "abc"));
    auto file = files_.open(path("short"), OpenMode::kRead, 0);
    ASSERT_TRUE(file);
    char buffer[8];
    EXPECT_EQ((*file)->read_at(1, buffer).value(), 2u);
    EXPECT_EQ((*file)->read_at(9, buffer).value(), 0u);
}

TEST_F(Files, ErrorsNameThePathAndTheReason) {
    const auto missing = files_.open(path("missing"), OpenMode::kRead, 0);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(missing.error().message, "cannot open " + path("missing") + ": No such file or directory");
    ASSERT_TRUE(files_.create_directory(path("d")));
    EXPECT_EQ(files_.create_directory(path("d")).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(files_.open(path("d"), OpenMode::kCreateNew, 0644).error().code, ErrorCode::kAlreadyExists);
}

TEST_F(Files, AtomicWriteReplacesAndLeavesNothingBeside) {
    ASSERT_TRUE(write_file_atomically(files_, path("f"), "old"));
    ASSERT_TRUE(write_file_atomically(files_, path("f"), "new", 0755));
    EXPECT_EQ(read_file(files_, path("f")).value(), "new");
    EXPECT_EQ(files_.list(directory_.path()).value().size(), 1u);
    EXPECT_EQ(access(path("f").c_str(), X_OK), 0);
}

TEST_F(Files, ALimitedReadRefusesWhatIsLarger) {
    ASSERT_TRUE(write_file(files_, path("f"), "12345"));
    EXPECT_EQ(read_file(files_, path("f"), 5).value(), "12345");
    EXPECT_EQ(read_file(files_, path("f"), 4).error().code, ErrorCode::kResourceExhausted);
}

TEST_F(Files, FilesWithoutASizeAreReadToTheirEnd) {
    EXPECT_NE(read_file(files_, "/proc/self/status").value().find("Pid:"), std::string::npos);
}

TEST_F(Files, TreesAreMadeAndRemovedWithoutFollowingLinks) {
    ASSERT_TRUE(create_directories(files_, path("a/b/c")));
    ASSERT_TRUE(create_directories(files_, path("a/b/c")));
    ASSERT_TRUE(write_file(files_, path("a/b/c/f"), "x"));
    ASSERT_TRUE(write_file(files_, path("kept"), "x"));
    ASSERT_EQ(symlink(directory_.path().c_str(), path("a/up").c_str()), 0);
    EXPECT_EQ(create_directories(files_, path("kept/d")).error().code, ErrorCode::kAlreadyExists);
    ASSERT_TRUE(remove_tree(files_, path("a")));
    ASSERT_TRUE(remove_tree(files_, path("a")));
    EXPECT_FALSE(exists(files_, path("a")));
    EXPECT_TRUE(exists(files_, path("kept")));
}

TEST_F(Files, ALinkIsASecondNameOfTheSameFile) {
    ASSERT_TRUE(files_.create_directory(path("d")));
    ASSERT_TRUE(write_file(files_, path("f"), "one"));
    ASSERT_TRUE(files_.link(path("f"), path("d/g")));
    ASSERT_TRUE(write_file(files_, path("f"), "two"));
    EXPECT_EQ(read_file(files_, path("d/g")).value(), "two");
    ASSERT_TRUE(files_.remove(path("f")));
    EXPECT_EQ(read_file(files_, path("d/g")).value(), "two");
    EXPECT_EQ(files_.link(path("f"), path("h")).error().message,
              "cannot link " + path("f") + " to " + path("h") + ": No such file or directory");
    ASSERT_TRUE(write_file(files_, path("f"), "other"));
    EXPECT_EQ(files_.link(path("f"), path("d/g")).error().code, ErrorCode::kAlreadyExists);
}

TEST_F(Files, ADirectoryIsRenamedWithAllInItOverAnEmptyOne) {
    ASSERT_TRUE(create_directories(files_, path("from/d")));
    ASSERT_TRUE(write_file(files_, path("from/d/f"), "x"));
    ASSERT_TRUE(files_.create_directory(path("to")));
    ASSERT_TRUE(files_.rename(path("from"), path("to")));
    EXPECT_EQ(read_file(files_, path("to/d/f")).value(), "x");
    ASSERT_TRUE(files_.create_directory(path("from")));
    EXPECT_FALSE(files_.rename(path("from"), path("to"))) << "it is not empty";
}

TEST_F(Files, ALockIsExclusiveAndEndsWithItsHolder) {
    auto lock = files_.lock(path("lock"));
    ASSERT_TRUE(lock);
    const auto second = files_.lock(path("lock"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(second.error().message, std::to_string(getpid()));
    lock->reset();
    EXPECT_TRUE(files_.lock(path("lock")));
}

TEST_F(Files, ALockThatMayNotBeMadeSaysWhy) {
    if (geteuid() == 0) GTEST_SKIP() << "root may";
    ASSERT_TRUE(files_.create_directory(path("closed")));
    ASSERT_EQ(chmod(path("closed").c_str(), 0555), 0);
    EXPECT_EQ(files_.lock(path("closed/lock")).error().message,
              "cannot create " + path("closed/lock") + ": Permission denied");
}

TEST_F(Files, ALockOfAnotherProcessIsSeen) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto lock = files_.lock(path("lock"));
        const char told = lock ? 'y' : 'n';
        if (write(ready[1], &told, 1) == 1) pause();
        _exit(0);
    }
    char told = 0;
    ASSERT_EQ(read(ready[0], &told, 1), 1);
    EXPECT_EQ(told, 'y');
    EXPECT_EQ(files_.lock(path("lock")).error().message, std::to_string(child));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(files_.lock(path("lock")));
    close(ready[0]);
    close(ready[1]);
}

TEST_F(Files, WhatIsReservedTakesRoomAndNotSize) {
    auto file = *files_.open(path("f"), OpenMode::kCreateNew, 0644);
    ASSERT_TRUE(file->reserve(0, 1'000'000));
    EXPECT_EQ(*file->size(), 0u);
    struct stat status{};
    ASSERT_EQ(stat(path("f").c_str(), &status), 0);
    const bool can_reserve = status.st_blocks * 512 >= 1'000'000;  // not every file system can
    const std::string_view pieces[] = {"abc"};
    ASSERT_TRUE(file->write_at(0, pieces));
    EXPECT_EQ(*file->size(), 3u);
    ASSERT_TRUE(file->truncate(3));
    ASSERT_EQ(stat(path("f").c_str(), &status), 0);
    if (can_reserve) EXPECT_LT(status.st_blocks * 512, 1'000'000);
    EXPECT_EQ(read_file(files_, path("f")).value(), "abc");
}

}  // namespace
}  // namespace millrace::files
