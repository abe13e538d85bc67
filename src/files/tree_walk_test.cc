#include "files/tree_walk.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::files {
namespace {

using testing::ElementsAre;

class TreeWalkTest : public testing::Test {
  protected:
    void write(const std::string& name) { EXPECT_TRUE(write_file(files_, at(name), "x")); }
    void make(const std::string& name) { std::filesystem::create_directories(at(name)); }
    void link(const std::string& target, const std::string& name) {
        std::filesystem::create_directory_symlink(target, at(name));
    }
    [[nodiscard]] std::string at(const std::string& name) const { return join(directory_.path(), name); }

    /// "a" for a file, "b/" for a directory, "c/ = b" for one that was entered as b.
    std::vector<std::string> walked() {
        std::vector<std::string> seen;
        const auto relative = [&](const std::string& path) {
            return std::filesystem::path(path).lexically_relative(directory_.path()).string();
        };
        EXPECT_TRUE(walk_tree(directory_.path(), [&](const TreeEntry& entry) -> Result<> {
            seen.push_back(relative(entry.path) + (entry.is_directory ? "/" : "") +
                           (entry.entered_by.empty() ? "" : " = " + relative(entry.entered_by)));
            return {};
        }));
        return seen;
    }

    PosixFileSystem files_;
    TemporaryDirectory directory_;
};

TEST_F(TreeWalkTest, DirectoriesComeBeforeWhatIsInThem) {
    make("b/c");
    write("b/c/deep");
    write("b.txt");
    write("a");
    EXPECT_THAT(walked(), ElementsAre("./", "a", "b/", "b/c/", "b/c/deep", "b.txt"));
}

TEST_F(TreeWalkTest, LinksInCirclesAreNotEnteredAgain) {
    make("p/modules");
    make("q/modules");
    write("p/code");
    link(".", "itself");
    link("..", "p/modules/root");
    link("../../q", "p/modules/q");
    link("../../p", "q/modules/p");
    EXPECT_THAT(walked(), ElementsAre("./", "itself/ = .", "p/", "p/code", "p/modules/", "p/modules/q/",
                                      "p/modules/q/modules/", "p/modules/q/modules/p/ = p",
                                      "p/modules/root/ = p", "q/ = p/modules/q"));
}

TEST_F(TreeWalkTest, LinksToFilesAreFollowedAndThoseToNowhereLeftOut) {
    write("a");
    link("a", "b");
    link("nowhere", "c");
    link("d", "d");
    EXPECT_THAT(walked(), ElementsAre("./", "a", "b"));
}

TEST_F(TreeWalkTest, AFileMayBeTheRootAndAMistakeEndsTheWalk) {
    write("a");
    int seen = 0;
    const auto refuse = [&](const TreeEntry& entry) -> Result<> {
        ++seen;
        EXPECT_FALSE(entry.is_directory && entry.path != directory_.path());
        return fail(ErrorCode::kIo, "no more");
    };
    EXPECT_EQ(walk_tree(at("a"), refuse).error().message, "no more");
    EXPECT_EQ(walk_tree(directory_.path(), refuse).error().message, "no more");
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(walk_tree(at("none"), refuse).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace millrace::files
