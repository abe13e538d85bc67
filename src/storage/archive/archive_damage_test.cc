#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>

#include "storage/archive/archive_world.h"

// Damage of any kind: it is noticed, never read as entries, and what is whole beside it is found.

namespace millrace::storage {
namespace {

/// One log stored, one compressed, one with a gap.
class DamagedArchive : public testing::Test {
  protected:
    DamagedArchive() {
        const auto finished = world_.write(entries_, world_.options({.block_bytes = 60}));
        EXPECT_TRUE(finished);
        index_ = finished->index;
        whole_ = world_.contents();
        for (const auto& [log, runs] : index_) {
            for (const storage::Run& run : runs) blocks_.push_back({run.position, log, run});
        }
        std::sort(blocks_.begin(), blocks_.end(),
                  [](const auto& a, const auto& b) { return a.position < b.position; });
    }

    struct Block {
        std::uint64_t position;
        LogId log;
        storage::Run run;
    };

    [[nodiscard]] std::uint64_t blocks_end() const {
        return blocks_.back().position + blocks_.back().run.bytes;
    }

    /// The entries that do not lie in blocks which the octets touch.
    [[nodiscard]] ArchivedEntries entries_beside(std::uint64_t from, std::uint64_t to) const {
        ArchivedEntries beside;
        for (const ArchivedEntry& entry : entries_) {
            const auto& runs = index_.at(LogId{entry.log});
            const auto run = std::find_if(runs.begin(), runs.end(), [&](const storage::Run& candidate) {
                return Offset{entry.offset} < candidate.end();
            });
            if (run->position >= to || run->position + run->bytes <= from) beside.push_back(entry);
        }
        return beside;
    }

    void expect_found(const ArchiveFindings& findings, ArchivedEntries expected) {
        ArchivedEntries found = findings.entries;
        std::sort(found.begin(), found.end());
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(found, expected);
    }

    const ArchivedEntries entries_{{1, 0, 100, "hello"},
                                   {2, 7, 100, std::string(60, 'm')},
                                   {1, 1, 105, ""},
                                   {3, 0, 110, "from before the gap"},
                                   {2, 8, 110, std::string(60, 'n')},
                                   {3, 9, 120, "from behind the gap"}};
    ArchiveWorld world_;
    ArchiveIndex index_;
    std::string whole_;
    std::vector<Block> blocks_;  // as they lie in the file
};

TEST_F(DamagedArchive, IsWholeBeforeItIsDamaged) {
    ASSERT_EQ(blocks_.size(), 5);
    EXPECT_EQ(world_.read()->second.size(), entries_.size());
    const auto findings = world_.verify();
    EXPECT_TRUE(findings->damages.empty());
    expect_found(*findings, entries_);
}

TEST_F(DamagedArchive, EveryFlippedBitIsNoticed) {
    for (std::uint64_t bit = 0; bit < whole_.size() * 8; ++bit) {
        const std::uint64_t position = bit / 8;
        std::string damaged = whole_;
        damaged[position] = static_cast<char>(damaged[position] ^ (1 << bit % 8));
        world_.replace(damaged);

        const auto read = world_.read();
        ASSERT_FALSE(read) << "bit " << bit;
        EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
        EXPECT_TRUE(read.error().message.starts_with(world_.path + " is damaged at byte "))
            << read.error().message;

        const auto findings = world_.verify();
        ASSERT_TRUE(findings) << "bit " << bit << ": " << findings.error().message;
        ASSERT_EQ(findings->damages.size(), 1) << "bit " << bit;
        expect_found(*findings, entries_beside(position, position + 1));
        const ArchiveDamage& damage = findings->damages.front();
        const auto block = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& candidate) {
            return candidate.position <= position && position < candidate.position + candidate.run.bytes;
        });
        if (block == blocks_.end()) {
            EXPECT_EQ(damage.position, position < kArchiveHeaderBytes ? 0 : blocks_end());
            EXPECT_FALSE(damage.lost);
        } else {
            EXPECT_EQ(damage.position, block->position);
            EXPECT_EQ(damage.lost, (ArchiveDamage::Lost{block->log, block->run.first, block->run.count}));
        }
    }
}

TEST_F(DamagedArchive, EveryOtherBlockIsReadDirectly) {
    for (const Block& damaged : blocks_) {
        std::string contents = whole_;
        contents[damaged.position + kBlockHeaderBytes] ^= 1;
        world_.replace(contents);
        const auto file = world_.open();
        ASSERT_TRUE(read_archive(*file, world_.path, world_.kNumber));
        for (const Block& block : blocks_) {
            const auto entries =
                read_block(*file, world_.path, world_.kNumber, block.log, block.run, Offset{0});
            EXPECT_EQ(entries.has_value(), block.position != damaged.position);
        }
    }
}

TEST_F(DamagedArchive, EveryTruncationIsNoticed) {
    for (std::uint64_t size = 0; size < whole_.size(); ++size) {
        world_.replace(whole_.substr(0, size));
        const auto read = world_.read();
        ASSERT_FALSE(read) << size;
        EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
        const auto findings = world_.verify();
        ASSERT_TRUE(findings) << size;
        EXPECT_FALSE(findings->damages.empty()) << size;
        expect_found(*findings, entries_beside(size, whole_.size()));
    }
}

TEST_F(DamagedArchive, MoreOctetsThanWereWrittenAreNoticed) {
    world_.replace(whole_ + "x");
    EXPECT_FALSE(world_.read());
    EXPECT_EQ(world_.verify()->damages.size(), 1);
}

TEST_F(DamagedArchive, ADestroyedStretchLosesItsBlocksOnly) {
    const std::uint64_t from = blocks_[1].position + 3;
    const std::uint64_t to = blocks_[3].position + 1;
    std::string damaged = whole_;
    std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(from),
              damaged.begin() + static_cast<std::ptrdiff_t>(to), 'x');
    for (const bool with_index : {true, false}) {
        if (!with_index) damaged.back() = 'x';
        world_.replace(damaged);
        const auto findings = world_.verify();
        ASSERT_TRUE(findings);
        expect_found(*findings, entries_beside(from, to));
        if (with_index) {
            ASSERT_EQ(findings->damages.size(), 3);
            for (std::size_t i = 0; i < 3; ++i) {
                const Block& block = blocks_[1 + i];
                EXPECT_EQ(findings->damages[i].position, block.position);
                EXPECT_EQ(findings->damages[i].lost,
                          (ArchiveDamage::Lost{block.log, block.run.first, block.run.count}));
            }
        } else {
            ASSERT_EQ(findings->damages.size(), 2);
            EXPECT_EQ(findings->damages[0].position, blocks_[1].position);
            EXPECT_FALSE(findings->damages[0].lost);
            EXPECT_EQ(findings->damages[1].position, blocks_end());
        }
    }
}

TEST_F(DamagedArchive, BlocksAreFoundBehindALongStretch) {
    // What is searched at once ends 1 MiB behind the damaged block's first octet: before, within and behind a
    // header.
    for (const std::uint64_t from_border : {0, 1, 47, 48, 49}) {
        const std::size_t around =
            2 * kBlockHeaderBytes + 3;  // the header, the size; the next header before the border
        const std::size_t shift = 1_MiB + 1 + from_border - around;
        ArchiveWorld world;
        auto writer = ArchiveWriter::create(world.options()).value();
        std::string noise(shift, '\0');
        for (char& byte : noise) byte = static_cast<char>(world.random.next());
        ASSERT_TRUE(writer->add(LogId{1}, Offset{0}, from_millis(0), noise));
        ASSERT_TRUE(writer->add(LogId{2}, Offset{0}, from_millis(0), "behind"));
        const auto finished = writer->finish();
        ASSERT_TRUE(publish_archive(world.files, "/archive", world.kNumber));
        std::string damaged = world.contents();
        damaged[kArchiveHeaderBytes] = 'x';
        damaged.back() = 'x';
        world.replace(damaged);
        EXPECT_EQ(world.verify()->entries, (ArchivedEntries{{2, 0, 0, "behind"}})) << from_border;
    }
}

TEST_F(DamagedArchive, WhatCannotBeReadCountsAsDamaged) {
    const auto before = world_.files.calls();
    ASSERT_TRUE(world_.verify());
    const std::uint64_t calls = world_.files.calls() - before;
    std::size_t with_reason = 0;
    for (std::uint64_t n = 3; n <= calls; ++n) {  // after open and size
        world_.files.fail_call(n, EIO, 2);        // the read, and the second try of its page
        const auto findings = world_.verify();
        world_.files.fail_call(0, 0);
        ASSERT_TRUE(findings) << n;
        ASSERT_FALSE(findings->damages.empty()) << n;
        if (findings->damages.front().what.find("Input/output error") != std::string::npos) ++with_reason;
        std::size_t lost = 0;
        for (const ArchiveDamage& damage : findings->damages) lost += damage.lost ? damage.lost->count : 0;
        EXPECT_EQ(findings->entries.size() + lost, entries_.size()) << n;
    }
    EXPECT_EQ(with_reason, 1 + 2 * blocks_.size()) << "the header; of each block header and content";
}

TEST_F(DamagedArchive, ARenamedFileIsRefused) {
    const std::string other = "/archive/" + archive_name(8);
    ASSERT_TRUE(world_.files.rename(world_.path, other));
    const auto file = world_.files.open(other, files::OpenMode::kRead, 0).value();
    const auto archive = read_archive(*file, other, 8);
    ASSERT_FALSE(archive);
    EXPECT_EQ(archive.error().message,
              other + " is damaged at byte 0: this is not the header of the archive with this number");
}

TEST_F(DamagedArchive, ANewerVersionIsRefusedWithASentence) {
    const std::string newer =
        encode(ArchiveHeader{.version = kArchiveFormatVersion + 1, .number = world_.kNumber}) +
        whole_.substr(kArchiveHeaderBytes);
    world_.replace(newer);
    const auto read = world_.read();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kCorruption);
    EXPECT_EQ(read.error().message,
              world_.path +
                  " has format version 2, and this millrace reads up to 1: use the newer "
                  "millrace that wrote it");
    const auto findings = world_.verify();
    ASSERT_FALSE(findings);
    EXPECT_EQ(findings.error().message, read.error().message);
}

TEST_F(DamagedArchive, AnIndexThatNamesOtherBlocksIsNoticed) {
    ArchiveIndex wrong = index_;
    storage::Run& run = wrong.at(LogId{3}).front();
    ++run.count;
    const std::string blocks = whole_.substr(0, blocks_end());
    world_.replace(blocks + encode_archive_end(wrong, world_.kNumber, blocks_end()));
    auto findings = world_.verify();
    ASSERT_EQ(findings->damages.size(), 1);
    EXPECT_EQ(findings->damages[0].position, run.position);
    expect_found(*findings, entries_);

    wrong = index_;
    wrong.erase(LogId{3});
    world_.replace(blocks + encode_archive_end(wrong, world_.kNumber, blocks_end()));
    EXPECT_EQ(world_.verify()->damages.size(), 2) << "blocks that the index does not name";

    wrong = index_;
    wrong[LogId{4}] = {{Offset{0}, 1, static_cast<std::uint32_t>(kArchiveHeaderBytes + 1), 60, {}}};
    world_.replace(blocks + encode_archive_end(wrong, world_.kNumber, blocks_end()));
    findings = world_.verify();
    ASSERT_EQ(findings->damages.size(), 1) << "a block that is not there";
    EXPECT_EQ(findings->damages[0].lost, (ArchiveDamage::Lost{LogId{4}, Offset{0}, 1}));
}

}  // namespace
}  // namespace millrace::storage
