#include "files/change_watch.h"

#include <atomic>
#include <filesystem>
#include <gtest/gtest.h>
#include <thread>

#include "base/time.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::files {
namespace {

/// Makes the change, and follows what it brought.
bool is_told(ChangeWatch& watch, const std::string& path, const auto& change) {
    change();
    const bool told = watch.wait();
    EXPECT_TRUE(watch.follow(path));
    return told;
}

TEST(ChangeWatch, TellsAWriteAReplacementAndTheEnd) {
    PosixFileSystem files;
    const TemporaryDirectory directory;
    const std::string path = join(directory.path(), "template.yaml");
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch) << watch.error().message;
    ASSERT_TRUE((*watch)->follow(path));

    ASSERT_TRUE(write_file(files, join(directory.path(), "other"), "not this one"));
    ASSERT_TRUE(write_file(files, path, "one"));
    EXPECT_TRUE((*watch)->wait());
    ASSERT_TRUE(write_file_atomically(files, path, "two"));
    EXPECT_TRUE((*watch)->wait());
    std::thread waiting{[&] {
        while ((*watch)->wait()) {
        }
    }};
    (*watch)->stop();
    waiting.join();
}

TEST(ChangeWatch, FollowsFilesOfSeveralDirectories) {
    PosixFileSystem files;
    const TemporaryDirectory outer;
    const TemporaryDirectory inner;
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    for (const std::string& path :
         {join(outer.path(), "a"), join(outer.path(), "b"), join(inner.path(), "c")}) {
        ASSERT_TRUE((*watch)->follow(path));
        ASSERT_TRUE((*watch)->follow(path));
    }
    for (const std::string& path :
         {join(inner.path(), "c"), join(outer.path(), "b"), join(outer.path(), "a")}) {
        ASSERT_TRUE(write_file(files, path, "x"));
        EXPECT_TRUE((*watch)->wait()) << path;
    }
    ASSERT_TRUE(write_file(files, join(inner.path(), "a"), "followed in another directory only"));
    (*watch)->stop();
    EXPECT_FALSE((*watch)->wait());
}

TEST(ChangeWatch, FollowsADirectoryAndWhatIsBelowIt) {
    PosixFileSystem files;
    const TemporaryDirectory outer;
    const std::string layer = join(outer.path(), "layer");
    std::filesystem::create_directories(join(layer, "python/package"));
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    ASSERT_TRUE((*watch)->follow(layer));
    const auto changed_by = [&](const auto& change) { return is_told(**watch, layer, change); };
    const std::string deep = join(layer, "python/package/new/deep.py");
    EXPECT_TRUE(changed_by([&] { EXPECT_TRUE(write_file(files, join(layer, "a"), "x")); }));
    EXPECT_TRUE(changed_by([&] { EXPECT_TRUE(write_file(files, join(layer, "python/package/b"), "x")); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::create_directory(parent_of(deep)); }));
    EXPECT_TRUE(changed_by([&] { EXPECT_TRUE(write_file(files, deep, "x")); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::permissions(deep, std::filesystem::perms::owner_all); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::remove(deep); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::remove_all(layer); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::create_directory(layer); }));
    EXPECT_TRUE(changed_by([&] { EXPECT_TRUE(write_file(files, join(layer, "c"), "x")); }));
    ASSERT_TRUE(write_file(files, join(outer.path(), "beside"), "x"));
    (*watch)->stop();
    EXPECT_FALSE((*watch)->wait());
}

TEST(ChangeWatch, FollowsWhatIsMissingWithTheDirectoriesAboveIt) {
    PosixFileSystem files;
    const TemporaryDirectory outer;
    const std::string build = join(outer.path(), "build");
    const std::string layer = join(build, "deep/layer");
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    ASSERT_TRUE((*watch)->follow(layer));
    const auto changed_by = [&](const auto& change) { return is_told(**watch, layer, change); };
    EXPECT_TRUE(changed_by([&] { std::filesystem::create_directory(build); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::create_directories(layer); }));
    EXPECT_TRUE(changed_by([&] { EXPECT_TRUE(write_file(files, join(layer, "a"), "x")); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::remove_all(build); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::create_directories(layer); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::rename(parent_of(layer), join(build, "moved")); }));
    EXPECT_TRUE(changed_by([&] { std::filesystem::create_directories(layer); }));
    EXPECT_TRUE(changed_by([&] { EXPECT_TRUE(write_file(files, join(layer, "b"), "x")); }));
}

TEST(ChangeWatch, TellsThatTheDirectoryOfAFileIsGone) {
    PosixFileSystem files;
    const TemporaryDirectory outer;
    const std::string path = join(outer.path(), "build/template.yaml");
    std::filesystem::create_directory(parent_of(path));
    ASSERT_TRUE(write_file(files, path, "one"));
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    ASSERT_TRUE((*watch)->follow(path));
    std::filesystem::remove_all(parent_of(path));
    EXPECT_TRUE((*watch)->wait());
    ASSERT_TRUE((*watch)->follow(path));
    std::filesystem::create_directory(parent_of(path));
    EXPECT_TRUE((*watch)->wait());
}

TEST(ChangeWatch, LinksInCirclesAreFollowedOnce) {
    PosixFileSystem files;
    const TemporaryDirectory directory;
    std::filesystem::create_directory(join(directory.path(), "python"));
    for (const char* name : {"a", "b"})
        std::filesystem::create_directory_symlink(".", join(directory.path(), name));
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    ASSERT_TRUE((*watch)->follow(directory.path()));
    ASSERT_TRUE(write_file(files, join(directory.path(), "b/python/x"), "x"));
    EXPECT_TRUE((*watch)->wait());
}

TEST(ChangeWatch, ChangesThatComeTogetherAreToldOnce) {
    PosixFileSystem files;
    const TemporaryDirectory directory;
    auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    ASSERT_TRUE((*watch)->follow(directory.path()));
    constexpr int kMoreThanOneRead = 500;
    for (int i = 0; i < kMoreThanOneRead; ++i)
        ASSERT_TRUE(write_file(files, join(directory.path(), std::to_string(i)), "x"));
    std::atomic<int> told = 0;
    std::thread waiting{[&] {
        while ((*watch)->wait()) ++told;
    }};
    while (told == 0) std::this_thread::sleep_for(Milliseconds{1});
    std::this_thread::sleep_for(Milliseconds{100});
    (*watch)->stop();
    waiting.join();
    EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace millrace::files
