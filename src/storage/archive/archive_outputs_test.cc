#include "storage/archive/archive_outputs.h"

#include <gtest/gtest.h>

#include "storage/archive/archive_world.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kOpenBytesMax = 100'000;

class ArchiveOutputsTest : public testing::Test {
  protected:
    ArchiveOutputs outputs(std::unordered_map<LogId, std::uint64_t> sizes) {
        return ArchiveOutputs{{.files = world_.files,
                               .directory = "/archive",
                               .own_file_bytes = 1000,
                               .sizes = std::move(sizes),
                               .open_bytes_max = kOpenBytesMax}};
    }
    std::size_t files() { return world_.files.list("/archive")->size(); }

    ArchiveWorld world_;
};

TEST_F(ArchiveOutputsTest, BlocksOfAllFilesTogetherStayBelowTheLimit) {
    std::unordered_map<LogId, std::uint64_t> sizes;
    for (std::uint64_t log = 0; log < 20; ++log) sizes[LogId{log}] = 1'000'000;
    ArchiveOutputs outputs = this->outputs(sizes);
    std::size_t most = 0;
    for (std::uint64_t entry = 0; entry < 500; ++entry) {
        for (std::uint64_t log = 0; log < 40; ++log) {  // the last twenty share a file
            ASSERT_TRUE(outputs.add(LogId{log}, Offset{entry}, {}, std::string(100 + log, 'x')));
            ASSERT_LE(outputs.open_bytes(), kOpenBytesMax);
            most = std::max(most, outputs.open_bytes());
        }
    }
    EXPECT_GT(most, kOpenBytesMax / 2);
    const auto made = outputs.finish();
    ASSERT_TRUE(made);
    EXPECT_EQ(outputs.open_bytes(), 0u);
    ASSERT_EQ(made->size(), 21u);
    std::uint64_t entries = 0;
    for (const ArchivedFile& file : *made) {
        for (const auto& [log, runs] : file.index) {
            for (const storage::Run& run : runs) entries += run.count;
        }
    }
    EXPECT_EQ(entries, 40u * 500u);
}

TEST_F(ArchiveOutputsTest, TheFileOfALogThatEndsIsFinishedAtOnce) {
    std::unordered_map<LogId, std::uint64_t> sizes;
    for (std::uint64_t log = 0; log < 100; ++log) sizes[LogId{log}] = 1000;
    sizes[LogId{7}] = 999;  // too small for its own
    ArchiveOutputs outputs = this->outputs(sizes);
    for (std::uint64_t log = 0; log < 100; ++log) {
        ASSERT_TRUE(outputs.add(LogId{log}, Offset{0}, {}, std::string(1000, 'x')));
        const std::size_t open = outputs.open_bytes();
        ASSERT_TRUE(outputs.end_log(LogId{log}));
        if (log == 7) {
            EXPECT_EQ(outputs.open_bytes(), open);
        } else {
            EXPECT_LT(outputs.open_bytes(), open);
        }
    }
    const auto made = outputs.finish();
    ASSERT_TRUE(made);
    ASSERT_EQ(made->size(), 100u);
    for (std::uint64_t number = 0; number < 100; ++number) {
        EXPECT_EQ((*made)[number].id, FileId::archive(number));
        EXPECT_TRUE((*made)[number].index.contains(LogId{number}));
        EXPECT_EQ((*made)[number].state.level == kOwnFileLevel, number != 7);
    }
    EXPECT_EQ(files(), 100u);
}

}  // namespace
}  // namespace millrace::storage
