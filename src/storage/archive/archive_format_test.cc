#include "storage/archive/archive_format.h"

#include <gtest/gtest.h>
#include <limits>

#include "storage/binary.h"

namespace millrace::storage {
namespace {

TEST(ArchiveFormat, NamesSortAsTheirNumbers) {
    EXPECT_EQ(archive_name(7), "00000000000000000007.archive");
    EXPECT_EQ(partial_archive_name(7), "00000000000000000007.archive.partial");
    EXPECT_EQ(parse_archive_name("00000000000000000007.archive"), 7);
    EXPECT_EQ(parse_archive_name("18446744073709551615.archive"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_TRUE(is_partial_archive("00000000000000000007.archive.partial"));
    for (const char* name : {"7.archive", "18446744073709551616.archive", "00000000000000000007.segment",
                             "-0000000000000000007.archive", "00000000000000000007.archive.partial", ""})
        EXPECT_FALSE(parse_archive_name(name)) << name;
    EXPECT_FALSE(is_partial_archive("00000000000000000007.archive"));
    EXPECT_FALSE(is_partial_archive("notes.partial"));
}

TEST(ArchiveFormat, AHeaderIsValidInItsFileOnly) {
    const ArchiveHeader header{.number = 7, .until = 1 << 20, .level = 3};
    const std::string bytes = encode(header);
    EXPECT_EQ(bytes.size(), kArchiveHeaderBytes);
    EXPECT_EQ(decode_archive_header(bytes, 7), header);
    EXPECT_FALSE(decode_archive_header(bytes, 8));
    EXPECT_FALSE(decode_archive_header(bytes + "x", 7));
    EXPECT_FALSE(decode_archive_header(bytes.substr(1), 7));
}

class BlockHeaderLimits : public testing::Test {
  protected:
    [[nodiscard]] bool valid() const { return decode_block_header(encode(header_, 7, 36), 7, 36) == header_; }

    BlockHeader header_{.codec = BlockCodec::kZstd,
                        .log = LogId{3},
                        .first = Offset{5},
                        .first_time = from_millis(-1),
                        .count = 1,
                        .raw_bytes = 100,
                        .stored_bytes = 99,
                        .content_crc = 0xffff'ffff};
};

TEST_F(BlockHeaderLimits, AreValidWhereTheyWereWrittenOnly) {
    EXPECT_TRUE(valid());
    const std::string bytes = encode(header_, 7, 36);
    EXPECT_EQ(bytes.size(), kBlockHeaderBytes);
    EXPECT_FALSE(decode_block_header(bytes, 8, 36));
    EXPECT_FALSE(decode_block_header(bytes, 7, 37));
    EXPECT_FALSE(decode_block_header(bytes.substr(0, kBlockHeaderBytes - 1), 7, 36));
}

TEST_F(BlockHeaderLimits, Entries) {
    header_.count = kBlockEntriesMax;
    EXPECT_TRUE(valid());
    header_.count = kBlockEntriesMax + 1;
    EXPECT_FALSE(valid());
    header_.count = 0;
    EXPECT_FALSE(valid());
}

TEST_F(BlockHeaderLimits, RawBytes) {
    header_.raw_bytes = kBlockRawBytesMax;
    EXPECT_TRUE(valid());
    header_.raw_bytes = kBlockRawBytesMax + 1;
    EXPECT_FALSE(valid());
}

TEST_F(BlockHeaderLimits, StoredBytes) {
    header_.stored_bytes = header_.raw_bytes;
    EXPECT_FALSE(valid());
    header_.codec = BlockCodec::kStored;
    EXPECT_TRUE(valid());
    --header_.stored_bytes;
    EXPECT_FALSE(valid());
    header_.codec = static_cast<BlockCodec>(2);
    EXPECT_FALSE(valid());
}

TEST_F(BlockHeaderLimits, Offsets) {
    header_.first = Offset{std::numeric_limits<std::uint64_t>::max() - 1};
    EXPECT_TRUE(valid());
    header_.first = Offset{std::numeric_limits<std::uint64_t>::max()};
    EXPECT_FALSE(valid());
}

std::optional<ArchiveIndex> decode_end(const ArchiveIndex& index, std::uint64_t position = 1000,
                                       std::uint64_t number = 7) {
    const std::string bytes = encode_archive_end(index, 7, position);
    const std::string_view view = bytes;
    const auto trailer = decode_archive_trailer(view.substr(bytes.size() - kArchiveTrailerBytes), number);
    if (!trailer) return std::nullopt;
    EXPECT_EQ(trailer->index_position, position);
    return decode_archive_index(view.substr(0, bytes.size() - kArchiveTrailerBytes), number, *trailer);
}

TEST(ArchiveIndex, GapsBetweenRunsAreAllowedAndOverlapsAreNot) {
    const storage::Run first{Offset{5}, 10, 36, 100, from_millis(1)};
    const storage::Run adjacent{Offset{15}, 1, 136, 100, from_millis(2)};
    const storage::Run behind_gap{Offset{20}, 1, 236, 100, from_millis(2)};
    const storage::Run overlapping{Offset{14}, 1, 136, 100, from_millis(2)};
    const ArchiveIndex good{{LogId{1}, {first, adjacent, behind_gap}}, {LogId{9}, {first}}};
    EXPECT_EQ(decode_end(good), good);
    EXPECT_EQ(decode_end({}), ArchiveIndex{});
    EXPECT_FALSE(decode_end({{LogId{1}, {first, overlapping}}}));
    EXPECT_FALSE(decode_end({{LogId{1}, {behind_gap, first}}}));
    EXPECT_FALSE(decode_end({{LogId{1}, {}}}));
}

TEST(ArchiveIndex, SegmentsStillAllowNoGap) {
    const storage::Run first{Offset{5}, 10, 36, 100, from_millis(1)};
    const storage::Run behind_gap{Offset{20}, 1, 236, 100, from_millis(2)};
    EXPECT_FALSE(decode_segment_index(encode(SegmentIndex{{LogId{1}, {first, behind_gap}}})));
}

TEST(ArchiveIndex, RunsLieAmongTheBlocksAndAreNoLargerThanABlock) {
    storage::Run run{Offset{0}, kBlockEntriesMax, kArchiveHeaderBytes, 100, {}};
    const auto valid = [&](std::uint64_t index_position = 1000) {
        return decode_end({{LogId{1}, {run}}}, index_position).has_value();
    };
    EXPECT_TRUE(valid(136));
    EXPECT_FALSE(valid(135));
    run.position = kArchiveHeaderBytes - 1;
    EXPECT_FALSE(valid());
    run.position = kArchiveHeaderBytes;
    ++run.count;
    EXPECT_FALSE(valid());
    --run.count;
    run.bytes = kBlockHeaderBytes;
    EXPECT_FALSE(valid());
    run.bytes = kBlockHeaderBytes + kBlockRawBytesMax;
    EXPECT_TRUE(valid(std::uint64_t{1} << 30));
    ++run.bytes;
    EXPECT_FALSE(valid(std::uint64_t{1} << 30));
    run.bytes = 100;
    run.first = Offset{std::numeric_limits<std::uint64_t>::max() - run.count + 1};
    EXPECT_FALSE(valid());
}

TEST(ArchiveIndex, BelongsToItsFile) {
    EXPECT_FALSE(decode_end({}, 1000, 8));
}

TEST(Varint, RoundTripsAndHasOneSpelling) {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{16'383},
          std::uint64_t{16'384}, std::numeric_limits<std::uint64_t>::max()}) {
        std::string bytes;
        put_varint(bytes, value);
        EXPECT_EQ(bytes.size(), varint_bytes(value));
        BinaryReader reader{bytes};
        EXPECT_EQ(reader.take_varint(), value);
        EXPECT_TRUE(reader.rest().empty());
    }
    using namespace std::string_view_literals;
    for (const std::string_view bytes :
         {""sv, "\x80"sv, "\x80\x00"sv, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"sv,
          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"sv}) {
        BinaryReader reader{bytes};
        EXPECT_FALSE(reader.take_varint()) << bytes.size();
        EXPECT_EQ(reader.rest(), bytes);
    }
}

}  // namespace
}  // namespace millrace::storage
