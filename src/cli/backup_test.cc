#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "cli/backup_destination.h"
#include "cli/server_snapshot.h"
#include "cli/snapshot_copy.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "files/simulated_file_system.h"

namespace millrace::cli {
namespace {

using testing::HasSubstr;

std::string what_is_wrong(const std::string& answer) {
    const auto read = read_snapshot_description(codec::parse_json(answer).value());
    return read ? "" : read.error().message;
}

TEST(SnapshotDescription, IsReadFromTheAnswer) {
    const auto read = read_snapshot_description(
        codec::parse_json(R"({"id":"i","directory":"/d/backup/i","files":[)"
                          R"({"name":"journal/0","bytes":3},{"name":"code/x","bytes":4}],"bytes":7})")
            .value());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->id, "i");
    EXPECT_EQ(read->directory, "/d/backup/i");
    ASSERT_EQ(read->files.size(), 2u);
    EXPECT_EQ(read->files[1].name, "code/x");
    EXPECT_EQ(read->files[1].bytes, 4u);
    EXPECT_EQ(read->bytes, 7u);
}

TEST(SnapshotDescription, OtherAnswersAreRefused) {
    EXPECT_EQ(what_is_wrong("{}"), "the server's answer is no snapshot: it has no id");
    EXPECT_EQ(what_is_wrong(R"({"id":"../x","directory":"/d"})"),
              "the server's answer is no snapshot: it has no id");
    EXPECT_EQ(what_is_wrong(R"({"id":"i","directory":"d"})"),
              "the server's answer is no snapshot: it has no directory");
    EXPECT_EQ(what_is_wrong(R"({"id":"i","directory":"/d","files":[]})"),
              "the server's answer is no snapshot: it has no files");
    for (const std::string name : {"", "/etc/x", "../x", "a/../../x", "a//b", ".", "a/"}) {
        EXPECT_EQ(
            what_is_wrong(R"({"id":"i","directory":"/d","files":[{"name":")" + name + R"(","bytes":1}]})"),
            "the server's answer is no snapshot: a file is named \"" + name + "\"");
    }
    for (const std::string bytes : {R"("bytes":-1)", R"("bytes":"x")", R"("other":1)"}) {
        EXPECT_EQ(what_is_wrong(R"({"id":"i","directory":"/d","files":[{"name":"a",)" + bytes + "}]}"),
                  "the server's answer is no snapshot: the file a has no size");
    }
}

/// A snapshot of two files on a simulated disk, and a place for the copy.
class BackupTest : public testing::Test {
  protected:
    BackupTest() {
        EXPECT_TRUE(files::create_directories(files_, "/data/backup/i/journal"));
        EXPECT_TRUE(files::create_directories(files_, "/data/backup/i/code"));
        EXPECT_TRUE(files::create_directories(files_, "/mnt"));
        EXPECT_TRUE(files::write_file(files_, "/data/backup/i/journal/0", segment_ + "and what came later"));
        EXPECT_TRUE(files::write_file(files_, "/data/backup/i/code/x", "package"));
        for (const char* path : {"/", "/data", "/data/backup", "/data/backup/i"})
            EXPECT_TRUE(files_.sync_directory(path));
    }

    /// As the command does it.
    Result<> back_up(const OnCopied& on_copied = [](std::uint64_t) { return true; }) {
        auto destination = BackupDestination::open(files_, "/mnt/copy", "/data");
        if (!destination) return std::unexpected(destination.error());
        auto done = copy_snapshot(files_, snapshot_, "/data/backup/i", (*destination)->partial(), on_copied);
        if (done) done = (*destination)->publish();
        if (!done) return std::unexpected((*destination)->abandon(done.error()));
        return {};
    }

    void expect_whole() {
        EXPECT_EQ(files::read_file(files_, "/mnt/copy/journal/0").value(), segment_);
        EXPECT_EQ(files::read_file(files_, "/mnt/copy/code/x").value(), "package");
        EXPECT_EQ(files_.list("/mnt").value().size(), 1u);
    }

    SeededRandom random_{1};
    files::SimulatedFileSystem files_{random_};
    const std::string segment_ = std::string(kBytesPerSync + kCopyBytes + 17, 's');
    const std::vector<files::SnapshotFile> snapshot_{{"journal/0", segment_.size()}, {"code/x", 7}};
};

TEST_F(BackupTest, TheBytesThatCountAreCopied) {
    std::vector<std::uint64_t> told;
    ASSERT_TRUE(back_up([&](std::uint64_t bytes) {
        told.push_back(bytes);
        return true;
    }));
    expect_whole();
    EXPECT_EQ(told.back(), segment_.size() + 7);
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
}

TEST_F(BackupTest, AnEmptyDirectoryIsFilled) {
    ASSERT_TRUE(files_.create_directory("/mnt/copy"));
    ASSERT_TRUE(back_up());
    expect_whole();
}

TEST_F(BackupTest, OnceItIsThereItSurvivesAnything) {
    ASSERT_TRUE(back_up());
    files_.crash();
    expect_whole();
}

// Power fails at every call in turn: what lies at the destination afterwards is whole, or is not there.
TEST(Backup, ACrashOnTheWayLeavesNoHalfBackup) {
    const std::string contents(50'000, 'c');
    std::size_t whole = 0;
    std::size_t nothing = 0;
    for (std::uint64_t call = 1; call < 200; ++call) {
        SeededRandom random{call};
        files::SimulatedFileSystem files{random};
        for (const char* path : {"/mnt", "/from", "/from/journal"}) ASSERT_TRUE(files.create_directory(path));
        ASSERT_TRUE(files::write_file_atomically(files, "/from/journal/0", contents));
        for (const char* path : {"/", "/from"}) ASSERT_TRUE(files.sync_directory(path));
        const std::uint64_t before = files.calls();
        files.fail_call(call, EIO, ~0U);
        if (auto destination = BackupDestination::open(files, "/mnt/copy", "/data")) {
            if (copy_snapshot(files, {{"journal/0", contents.size()}}, "/from", (*destination)->partial(),
                              [](std::uint64_t) { return true; }))
                static_cast<void>((*destination)->publish());
        }
        const bool finished = files.calls() - before < call;
        files.fail_call(0, 0);
        files.crash();
        if (!files::exists(files, "/mnt/copy")) {
            ASSERT_FALSE(finished);
            ++nothing;
            continue;
        }
        ++whole;
        ASSERT_EQ(files::read_file(files, "/mnt/copy/journal/0").value(), contents) << call;
        ASSERT_FALSE(files::exists(files, "/mnt/copy.partial"));
    }
    EXPECT_GT(nothing, 5u);
    EXPECT_GT(whole, 5u);
}

TEST_F(BackupTest, WhereverItFailsNothingIsLeft) {
    for (const bool existed : {false, true}) {
        if (existed) ASSERT_TRUE(files_.create_directory("/mnt/copy"));
        for (std::uint64_t call = 1;; ++call) {
            const std::uint64_t before = files_.calls();
            files_.fail_call(call, ENOSPC);
            const auto done = back_up();
            files_.fail_call(0, 0);
            const bool every_call_failed_once = files_.calls() - before < call;
            if (!done && !done.error().message.starts_with("/mnt/copy is whole")) {
                EXPECT_EQ(done.error().code, ErrorCode::kResourceExhausted) << done.error().message;
                EXPECT_THAT(done.error().message, HasSubstr("No space left on device"));
                EXPECT_EQ(files::exists(files_, "/mnt/copy"), existed) << done.error().message;
                EXPECT_FALSE(files::exists(files_, "/mnt/copy/journal"));
                EXPECT_FALSE(files::exists(files_, "/mnt/copy.partial"));
                continue;
            }
            // A call whose failure does not matter, or the last one.
            expect_whole();
            ASSERT_TRUE(files::remove_tree(files_, "/mnt/copy"));
            if (every_call_failed_once) break;
            if (existed) ASSERT_TRUE(files_.create_directory("/mnt/copy"));
        }
    }
}

TEST_F(BackupTest, AFullDiskIsSaidAndLeftAsItWas) {
    files_.set_capacity(files_.used() + segment_.size() / 2);
    const std::uint64_t used = files_.used();
    const auto done = back_up();
    ASSERT_FALSE(done);
    EXPECT_EQ(
        done.error().message,
        "cannot write /mnt/copy.partial/journal/0: No space left on device; nothing is left at /mnt/copy");
    EXPECT_EQ(files_.used(), used);
    EXPECT_TRUE(files_.list("/mnt").value().empty());
}

TEST_F(BackupTest, ItCanBeStopped) {
    const auto done = back_up([](std::uint64_t bytes) { return bytes < 3 * kCopyBytes; });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "the copying was stopped; nothing is left at /mnt/copy");
    EXPECT_TRUE(files_.list("/mnt").value().empty());
}

TEST_F(BackupTest, AFileThatIsTooShortIsNoticed) {
    ASSERT_TRUE(files::write_file(files_, "/data/backup/i/code/x", "pack"));
    EXPECT_EQ(back_up().error().message,
              "/data/backup/i/code/x ends after 4 of 7 bytes; nothing is left at /mnt/copy");
}

TEST_F(BackupTest, ItNeverGetsFarAheadOfTheDisk) {
    std::vector<std::uint64_t> synced_at;
    std::uint64_t calls = 0;
    ASSERT_TRUE(back_up([&](std::uint64_t bytes) {
        const std::uint64_t since = files_.calls() - std::exchange(calls, files_.calls());
        // Between two pieces of a file there are a read and a write, and now and then a sync.
        if (since == 3) synced_at.push_back(bytes);
        return true;
    }));
    EXPECT_EQ(synced_at, std::vector<std::uint64_t>{kBytesPerSync});
}

TEST_F(BackupTest, ASnapshotThatIsGoneIsNoticed) {
    ASSERT_TRUE(files_.remove("/data/backup/i/code/x"));
    EXPECT_EQ(
        back_up().error().message,
        "cannot open /data/backup/i/code/x: No such file or directory (has the server been restarted?); "
        "nothing is left at /mnt/copy");
}

class DestinationTest : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
    std::string refusal(const std::string& place) {
        const auto opened = BackupDestination::open(files_, place, path("data"));
        return opened ? "" : opened.error().message;
    }

    files::TemporaryDirectory directory_;
    files::PosixFileSystem files_;
};

TEST_F(DestinationTest, OnlyAMissingOrEmptyDirectoryElsewhereWillDo) {
    for (const char* name : {"data", "full", "full/sub"}) ASSERT_TRUE(files_.create_directory(path(name)));
    ASSERT_TRUE(files::write_file(files_, path("file"), ""));
    ASSERT_TRUE(files_.create_directory(path("late.partial")));
    std::filesystem::create_symlink(path("data"), path("link"));

    EXPECT_EQ(refusal(path("full")),
              path("full") + " is not empty; a backup goes into a directory of its own");
    EXPECT_EQ(refusal(path("file")), path("file") + " is not a directory");
    EXPECT_EQ(refusal(path("none/x")),
              "cannot make " + path("none/x") + ": its parent " + path("none") + " does not exist");
    EXPECT_EQ(refusal(path("late")), path("late.partial") +
                                         " is in the way: a backup is under way there, or was cut short; "
                                         "remove it if none is");
    for (const std::string place : {"data", "data/", "data/x", "full/../data/x/y", "link", "link/x"})
        EXPECT_THAT(refusal(path(place)), HasSubstr(" lies in the server's data directory " + path("data")))
            << place;
    EXPECT_EQ(refusal(path("data-of-monday")), "");
    EXPECT_EQ(refusal(path("full/sub/")), "");
    EXPECT_EQ(files_.list(path("full/sub")).value().size(), 0u) << "left as it was";
    EXPECT_FALSE(files::exists(files_, path("data-of-monday")));
}

}  // namespace
}  // namespace millrace::cli
