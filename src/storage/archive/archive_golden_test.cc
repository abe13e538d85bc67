#include <gtest/gtest.h>

#include "files/posix_file_system.h"
#include "storage/archive/archive_block.h"
#include "storage/archive/archive_world.h"

// The file that docs/formats/archive.md explains octet by octet: every later version reads it, and writes the
// same but for what zstd makes of it.

namespace millrace::storage {
namespace {

constexpr std::int64_t kTime = 1'700'000'000'000;

class GoldenArchive : public testing::Test {
  protected:
    GoldenArchive() {
        files::PosixFileSystem files;
        golden_ = files::read_file(files, files::join(MILLRACE_TESTDATA, archive_name(ArchiveWorld::kNumber)))
                      .value();
        for (int i = 0; i < 12; ++i) mill_ += "mill ";
        entries_ = {{1, 0, kTime, "hello"},
                    {2, 10, kTime + 1, mill_},
                    {1, 1, kTime + 5, ""},
                    {2, 11, kTime + 301, mill_},
                    {1, 5, kTime + 400, "behind a gap"}};
    }

    std::string mill_;
    ArchivedEntries entries_;  // in the order in which they were added
    std::string golden_;
    ArchiveWorld world_;
};

TEST_F(GoldenArchive, IsRead) {
    world_.replace(golden_);
    const auto read = world_.read();
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->first.until, 4096);
    EXPECT_EQ(read->first.level, 1);
    const ArchiveIndex index{
        {LogId{1},
         {{Offset{0}, 2, 36, 56, from_millis(kTime)}, {Offset{5}, 1, 92, 61, from_millis(kTime + 400)}}},
        {LogId{2}, {{Offset{10}, 2, 153, 73, from_millis(kTime + 1)}}}};
    EXPECT_EQ(read->first.index, index);
    std::sort(entries_.begin(), entries_.end());
    EXPECT_EQ(read->second, entries_);
    EXPECT_TRUE(world_.verify()->damages.empty());
}

TEST_F(GoldenArchive, IsWrittenAgain) {
    const auto finished = world_.write(entries_);
    ASSERT_TRUE(finished);
    const std::string written = world_.contents();
    world_.replace(golden_);
    const ArchiveIndex index = world_.read()->first.index;

    const storage::Run compressed = index.at(LogId{2}).front();
    EXPECT_EQ(written.substr(0, compressed.position), golden_.substr(0, compressed.position));
    const auto raw = [&](std::string_view file) {
        file.remove_prefix(compressed.position);
        const auto header = decode_block_header(file, ArchiveWorld::kNumber, compressed.position).value();
        EXPECT_EQ(header.codec, BlockCodec::kZstd);
        const SharedBytes content{std::string{file.substr(kBlockHeaderBytes, header.stored_bytes)}};
        return std::string{unpack_block(header, content)->view()};
    };
    EXPECT_EQ(raw(written), raw(golden_));
    const std::uint64_t blocks_end = compressed.position + compressed.bytes;
    EXPECT_EQ(encode_archive_end(index, ArchiveWorld::kNumber, blocks_end), golden_.substr(blocks_end));
}

}  // namespace
}  // namespace millrace::storage
