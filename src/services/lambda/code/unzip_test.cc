#include "services/lambda/code/unzip.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/helpers.h"
#include "services/lambda/code/tree.h"
#include "services/lambda/code/zip_writer.h"

namespace millrace::lambda {
namespace {

using Files = std::map<std::string, std::string>;
namespace fs = std::filesystem;

class UnzipTest : public ::testing::Test {
  protected:
    UnzipTest() { fs::create_directories(root()); }
    [[nodiscard]] std::string root() const { return directory_.path() + "/root"; }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(root() + "/" + name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    Result<> unpack(const Files& files, std::uint64_t limit = kUnzippedBytesMax) {
        return unzip(write_zip(files).value(), root(), limit);
    }

    files::TemporaryDirectory directory_;
};

TEST_F(UnzipTest, FilesComeBackWithTheirPermissions) {
    ASSERT_TRUE(unpack({{"bootstrap", "#!/bin/sh\n"}, {"lib/a.txt", std::string(300'000, 'x')}}));
    EXPECT_EQ(read("bootstrap"), "#!/bin/sh\n");
    EXPECT_EQ(read("lib/a.txt").size(), 300'000U);
    struct stat status{};
    ASSERT_EQ(::stat((root() + "/bootstrap").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0755U);
}

TEST_F(UnzipTest, NamesThatLeaveTheDirectoryAreRefused) {
    for (const char* name : {"../out", "a/../../out", "/etc/out", "a\\..\\out"}) {
        const Result<> result = unpack({{name, "x"}});
        ASSERT_FALSE(result) << name;
        EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument) << name;
    }
    EXPECT_FALSE(fs::exists(directory_.path() + "/out"));
}

TEST_F(UnzipTest, TooLargeIsSaid) {
    const Result<> result = unpack({{"a", std::string(1000, 'x')}, {"b", std::string(1000, 'y')}}, 1500);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kResourceExhausted);
}

TEST_F(UnzipTest, DamageIsNoCrash) {
    const std::string good = write_zip({{"a.txt", std::string(5000, 'q')}, {"b", "hello"}}).value();
    for (std::size_t cut = 0; cut < good.size(); cut += 7) {
        EXPECT_FALSE(unzip(std::string_view(good).substr(0, cut), root())) << cut;
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x5a);
        static_cast<void>(unzip(bad, root()));
    }
}

TEST_F(UnzipTest, TheSameFilesGiveTheSameArchive) {
    EXPECT_EQ(write_zip({{"index.py", "x = 1"}}).value(), write_zip({{"index.py", "x = 1"}}).value());
}

TEST_F(UnzipTest, ATreeChangesWithItsFilesButNotWithCaches) {
    ASSERT_TRUE(unpack({{"index.py", "x"}}));
    const std::string before = look_at_tree(root())->fingerprint;
    fs::create_directories(root() + "/__pycache__");
    std::ofstream(root() + "/__pycache__/index.pyc") << "cache";
    EXPECT_EQ(look_at_tree(root())->fingerprint, before);
    std::ofstream(root() + "/new.py") << "y";
    EXPECT_NE(look_at_tree(root())->fingerprint, before);
    EXPECT_EQ(look_at_tree(root() + "/absent").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace millrace::lambda
