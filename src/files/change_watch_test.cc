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
    auto watch = ChangeWatch::open(path);
    ASSERT_TRUE(watch) << watch.error().message;

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
    const auto watch = ChangeWatch::open("/nowhere/at/all/template.yaml");
    ASSERT_FALSE(watch);
    EXPECT_NE(watch.error().message.find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace millrace::files
