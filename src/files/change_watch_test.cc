#include "files/change_watch.h"

#include <gtest/gtest.h>
#include <thread>

#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::files {
namespace {

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

TEST(ChangeWatch, NamesTheDirectoryThatIsMissing) {
    const auto watch = ChangeWatch::open();
    ASSERT_TRUE(watch);
    const auto followed = (*watch)->follow("/nowhere/at/all/template.yaml");
    ASSERT_FALSE(followed);
    EXPECT_NE(followed.error().message.find("/nowhere/at/all"), std::string::npos);
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

}  // namespace
}  // namespace millrace::files
