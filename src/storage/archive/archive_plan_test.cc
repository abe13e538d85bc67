#include "storage/archive/archive_plan.h"

#include <gtest/gtest.h>

namespace millrace::storage {
namespace {

/// An index of shared archive files, each with so many bytes that live.
LogIndex shared_files(const std::vector<std::uint64_t>& live) {
    LogIndex index;
    for (std::size_t i = 0; i < live.size(); ++i) {
        const LogId log{i + 1};
        const FileId file = FileId::archive(i);
        index.set_file(
            file, {.bytes = live[i], .sealed = true, .level = 3, .until = i + 1, .block_bytes = live[i]});
        index.restore(log, {Offset{0}, Offset{1}, {}});
        const Run run{.count = 1, .bytes = static_cast<std::uint32_t>(live[i])};
        index.offer(log, {file, RunList{std::span{&run, 1}}});
    }
    return index;
}

std::size_t files_merged(const std::vector<std::uint64_t>& live) {
    const auto pass = plan_pass(shared_files(live), {}, 100);
    return pass ? pass->sources.size() : 0;
}

TEST(ArchivePlanTest, AMergedFileFitsItsFormat) {
    const std::uint64_t eighth = kArchiveMergeBytesMax / 8;
    EXPECT_EQ(files_merged(std::vector(8, eighth)), 8u);
    EXPECT_EQ(files_merged(std::vector(8, eighth + 1)), 7u) << "the eighth would make it too large";
    EXPECT_EQ(files_merged(std::vector(7, eighth + 1)), 0u) << "there may be room for another yet";
    EXPECT_EQ(files_merged({kArchiveMergeBytesMax / 2, kArchiveMergeBytesMax / 2, 1}), 2u);
}

TEST(ArchivePlanTest, WhatIsAsLargeAsAFileMayBeIsLeftAlone) {
    EXPECT_EQ(files_merged(std::vector(9, kArchiveMergeBytesMax)), 0u);
    EXPECT_EQ(files_merged({kArchiveMergeBytesMax, 1, 1, 1, 1, 1, 1, 1, 1}), 8u)
        << "the small ones all the same";
}

}  // namespace
}  // namespace millrace::storage
