#include "storage/archive/archive_block.h"

#include <gtest/gtest.h>
#include <limits>

#include "base/crc32c.h"
#include "base/random.h"

namespace millrace::storage {
namespace {

constexpr std::int64_t kTime = 1'700'000'000'000;

std::string noise(std::size_t bytes) {
    SeededRandom random{1};
    std::string out(bytes, '\0');
    for (char& byte : out) byte = static_cast<char>(random.next());
    return out;
}

struct Block {
    BlockHeader header;
    std::string content;
};

Block pack(const BlockBuilder& builder) {
    BlockPacker packer{kArchiveZstdLevel};
    const auto packed = packer.pack(builder);
    return {packed.header, std::string{packed.content}};
}

std::optional<std::vector<Entry>> unpack(const Block& block, Offset from = Offset{0}) {
    const auto raw = unpack_block(block.header, SharedBytes{block.content});
    return raw ? parse_block(block.header, *raw, from) : std::nullopt;
}

TEST(ArchiveBlock, CompressesWhatGetsSmallerAndStoresTheRest) {
    for (const auto& [payload, codec] : {std::pair{std::string(1000, 'x'), BlockCodec::kZstd},
                                         std::pair{noise(1000), BlockCodec::kStored}}) {
        BlockBuilder builder{LogId{3}, Offset{5}};
        builder.add(from_millis(kTime), payload);
        builder.add(from_millis(kTime), "");
        builder.add(from_millis(kTime + 300), "end");
        const Block block = pack(builder);
        EXPECT_EQ(block.header.codec, codec);
        EXPECT_EQ(block.header.log, LogId{3});
        EXPECT_EQ(block.header.first, Offset{5});
        EXPECT_EQ(block.header.count, 3);
        EXPECT_EQ(block.header.raw_bytes, builder.raw_bytes());
        const auto entries = unpack(block);
        ASSERT_TRUE(entries);
        ASSERT_EQ(entries->size(), 3);
        EXPECT_EQ((*entries)[0].payload.view(), payload);
        EXPECT_EQ((*entries)[1].payload.view(), "");
        EXPECT_EQ((*entries)[2].payload.view(), "end");
        EXPECT_EQ((*entries)[2].offset, Offset{7});
        EXPECT_EQ((*entries)[1].time, from_millis(kTime));
        EXPECT_EQ((*entries)[2].time, from_millis(kTime + 300));
    }
}

TEST(ArchiveBlock, EntriesBeforeTheOffsetAreLeftOut) {
    BlockBuilder builder{LogId{1}, Offset{10}};
    for (const char* payload : {"a", "bb", "ccc"}) builder.add(from_millis(kTime + builder.count()), payload);
    const Block block = pack(builder);
    for (const std::uint64_t from : {0, 10, 11, 12, 13}) {
        const auto entries = unpack(block, Offset{from});
        ASSERT_TRUE(entries);
        EXPECT_EQ(entries->size(), std::min<std::uint64_t>(3, 13 - from));
        if (entries->empty()) continue;
        EXPECT_EQ(entries->front().offset, Offset{std::max<std::uint64_t>(from, 10)});
        EXPECT_EQ(entries->back().payload.view(), "ccc");
        EXPECT_EQ(entries->back().time, from_millis(kTime + 2));
    }
}

TEST(ArchiveBlock, TimesCoverAllThereAre) {
    const WallTime first = from_millis(std::numeric_limits<std::int64_t>::min());
    const WallTime last = from_millis(std::numeric_limits<std::int64_t>::max());
    BlockBuilder builder{LogId{1}, Offset{0}};
    for (const WallTime time : {first, from_millis(-1), from_millis(0), last}) builder.add(time, "");
    const auto entries = unpack(pack(builder));
    ASSERT_TRUE(entries);
    EXPECT_EQ((*entries)[0].time, first);
    EXPECT_EQ((*entries)[1].time, from_millis(-1));
    EXPECT_EQ((*entries)[3].time, last);
}

TEST(ArchiveBlock, TheLargestEntryFitsAndIsAlone) {
    for (const std::string& payload : {std::string(kEntryBytesMax, 'x'), noise(kEntryBytesMax)}) {
        BlockBuilder builder{LogId{1}, Offset{0}};
        builder.add(from_millis(kTime), payload);
        EXPECT_LE(builder.raw_bytes(), kBlockRawBytesMax);
        EXPECT_FALSE(builder.takes(Offset{1}, from_millis(kTime), 0, kArchiveBlockBytes));
        const auto entries = unpack(pack(builder));
        ASSERT_TRUE(entries);
        EXPECT_EQ(entries->front().payload.view(), payload);
    }
}

TEST(ArchiveBlock, TakesWhatFollowsAndFits) {
    BlockBuilder builder{LogId{1}, Offset{10}};
    EXPECT_TRUE(builder.takes(Offset{10}, from_millis(0), 5000, 100));
    builder.add(from_millis(0), std::string(50, 'x'));
    ASSERT_EQ(builder.raw_bytes(), 51);
    EXPECT_TRUE(builder.takes(Offset{11}, from_millis(127), 47, 100));
    EXPECT_FALSE(builder.takes(Offset{11}, from_millis(127), 48, 100));
    EXPECT_FALSE(builder.takes(Offset{11}, from_millis(128), 47, 100));
    EXPECT_FALSE(builder.takes(Offset{12}, from_millis(0), 1, 100));

    for (std::uint32_t i = 1; i < kBlockEntriesMax - 1; ++i) builder.add(from_millis(0), "");
    EXPECT_TRUE(builder.takes(builder.end(), from_millis(0), 1, kArchiveBlockBytes));
    builder.add(from_millis(0), "");
    EXPECT_EQ(builder.count(), kBlockEntriesMax);
    EXPECT_FALSE(builder.takes(builder.end(), from_millis(0), 1, kArchiveBlockBytes));
}

TEST(ArchiveBlock, EntriesShareOneBuffer) {
    BlockBuilder builder{LogId{1}, Offset{0}};
    builder.add(from_millis(0), std::string(100, 'x'));
    builder.add(from_millis(0), std::string(100, 'x'));
    const auto entries = unpack(pack(builder));
    ASSERT_TRUE(entries);
    EXPECT_EQ((*entries)[0].payload.view().end(), (*entries)[1].payload.view().begin());
}

/// A block whose raw content is anything.
std::optional<std::vector<Entry>> parse(std::string raw, std::uint32_t count, std::int64_t first_time = 0) {
    const BlockHeader header{.first_time = from_millis(first_time),
                             .count = count,
                             .raw_bytes = static_cast<std::uint32_t>(raw.size()),
                             .stored_bytes = static_cast<std::uint32_t>(raw.size()),
                             .content_crc = crc32c(raw)};
    return unpack({header, std::move(raw)});
}

TEST(ArchiveBlock, ContentsThatContradictThemselvesAreRefused) {
    using namespace std::string_literals;
    EXPECT_TRUE(parse("\x01\x02\x07"s + "abb", 2));
    EXPECT_FALSE(parse("\x01\x02\x07"s + "ab", 2)) << "a payload is missing";
    EXPECT_FALSE(parse("\x01\x02\x07"s + "abbc", 2)) << "an octet is left";
    EXPECT_FALSE(parse("\x01\x02"s, 3)) << "a size is missing";
    EXPECT_FALSE(parse("\x00\x00"s, 2)) << "a time is missing";
    EXPECT_FALSE(parse("\x00\x00\x01"s, 2, std::numeric_limits<std::int64_t>::max()))
        << "a time past all times";
    EXPECT_FALSE(parse("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x00"s, 2))
        << "sizes whose sum wraps around";
}

TEST(ArchiveBlock, DamagedContentIsRefused) {
    BlockBuilder builder{LogId{1}, Offset{0}};
    builder.add(from_millis(0), std::string(1000, 'x'));
    const Block good = pack(builder);
    ASSERT_TRUE(unpack(good));
    Block bad = good;
    bad.content.back() ^= 1;
    EXPECT_FALSE(unpack(bad)) << "the checksum tells";
    bad.header.content_crc = crc32c(bad.content);
    EXPECT_FALSE(unpack(bad)) << "zstd tells";
    bad = good;
    ++bad.header.raw_bytes;
    EXPECT_FALSE(unpack(bad)) << "shorter than the header says";
    bad.header.raw_bytes -= 2;
    EXPECT_FALSE(unpack(bad)) << "longer than the header says";
    bad = good;
    bad.content += 'x';
    EXPECT_FALSE(unpack(bad)) << "more than was stored";
}

}  // namespace
}  // namespace millrace::storage
