#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <limits>
#include <map>

#include "files/posix_file_system.h"
#include "storage/archive/archive_world.h"

// Archives as their users see them: written, published, read.

namespace millrace::storage {
namespace {

constexpr std::int64_t kTime = 1'700'000'000'000;

/// Entries of many logs, interleaved, with gaps, of many sizes.
ArchivedEntries mixture(Random& random, std::size_t count, std::uint64_t logs) {
    ArchivedEntries entries;
    std::map<std::uint64_t, std::uint64_t> next;
    std::int64_t time = kTime;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t log = random.next() % logs;
        std::uint64_t& offset = next[log];
        if (random.next() % 50 == 0) offset += 1 + random.next() % 1000;
        time += static_cast<std::int64_t>(random.next() % 3);
        const std::size_t size = random.next() % 20 == 0 ? random.next() % 5000 : random.next() % 60;
        std::string payload = std::to_string(random.next());
        payload.resize(size, static_cast<char>('a' + i % 26));
        entries.push_back({log, offset++, time, payload});
    }
    return entries;
}

ArchivedEntries sorted(ArchivedEntries entries) {
    std::sort(entries.begin(), entries.end());
    return entries;
}

TEST(Archive, ManyInterleavedLogsComeBack) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        ArchiveWorld world{seed};
        const ArchivedEntries entries = mixture(world.random, 3000, 1 + seed * 3);
        auto options = world.options({.block_bytes = 1 + world.random.next() % 8192});
        options.open_bytes_max = 20'000 + world.random.next() % 100'000;
        const auto finished = world.write(entries, options);
        ASSERT_TRUE(finished) << finished.error().message;
        const auto read = world.read();
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->second, sorted(entries));
        EXPECT_EQ(read->first.index, finished->index);
        EXPECT_EQ(read->first.bytes, finished->bytes);
        EXPECT_EQ(world.contents().size(), finished->bytes);
        EXPECT_EQ(read->first.until, 4096);
        EXPECT_EQ(read->first.level, 1);
        const auto findings = world.verify();
        ASSERT_TRUE(findings);
        EXPECT_TRUE(findings->damages.empty());
        EXPECT_EQ(sorted(findings->entries), sorted(entries));
    }
}

TEST(Archive, RealFilesComeBack) {
    const files::TemporaryDirectory directory;
    files::PosixFileSystem files;
    SeededRandom random{1};
    const ArchivedEntries entries = mixture(random, 5000, 5);
    auto writer = ArchiveWriter::create({.files = files, .directory = directory.path(), .number = 3}).value();
    for (const ArchivedEntry& entry : entries)
        ASSERT_TRUE(
            writer->add(LogId{entry.log}, Offset{entry.offset}, from_millis(entry.time), entry.payload));
    ASSERT_TRUE(writer->finish());
    ASSERT_TRUE(publish_archive(files, directory.path(), 3));
    const std::string path = files::join(directory.path(), archive_name(3));
    EXPECT_EQ(files.list(directory.path())->size(), 1);
    const auto file = files.open(path, files::OpenMode::kRead, 0).value();
    const auto archive = read_archive(*file, path, 3);
    ASSERT_TRUE(archive) << archive.error().message;
    ArchivedEntries found;
    for (const auto& [log, runs] : archive->index) {
        for (const storage::Run& run : runs)
            append(found, log, read_block(*file, path, 3, log, run, Offset{0}).value());
    }
    EXPECT_EQ(sorted(found), sorted(entries));
}

TEST(Archive, NothingIsAnArchiveToo) {
    ArchiveWorld world;
    ASSERT_TRUE(world.write({}));
    const auto read = world.read();
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->second.empty());
    EXPECT_TRUE(world.verify()->damages.empty());
}

TEST(Archive, ReadsFromWithinABlockAndBehindIt) {
    ArchiveWorld world;
    const auto finished = world.write({{1, 5, kTime, "a"}, {1, 6, kTime, "b"}, {1, 7, kTime, "c"}});
    ASSERT_TRUE(finished);
    const storage::Run run = finished->index.at(LogId{1}).at(0);
    const auto file = world.open();
    const auto read = [&](std::uint64_t from) {
        return read_block(*file, world.path, world.kNumber, LogId{1}, run, Offset{from}).value();
    };
    EXPECT_EQ(read(0).size(), 3);
    ASSERT_EQ(read(6).size(), 2);
    EXPECT_EQ(read(6).front().offset, Offset{6});
    EXPECT_EQ(read(6).front().payload.view(), "b");
    EXPECT_EQ(read(7).size(), 1);
    EXPECT_EQ(read(8).size(), 0);
}

TEST(Archive, AnotherRunThanTheIndexNamesIsRefused) {
    ArchiveWorld world;
    const auto finished = world.write({{1, 5, kTime, "a"}, {2, 6, kTime, "b"}});
    const storage::Run right = finished->index.at(LogId{1}).at(0);
    const auto file = world.open();
    const auto read = [&](LogId log, const storage::Run& run) {
        return read_block(*file, world.path, world.kNumber, log, run, Offset{0}).has_value();
    };
    EXPECT_TRUE(read(LogId{1}, right));
    EXPECT_FALSE(read(LogId{2}, right));
    storage::Run wrong = right;
    wrong.first = Offset{4};
    EXPECT_FALSE(read(LogId{1}, wrong));
    wrong = right;
    ++wrong.count;
    EXPECT_FALSE(read(LogId{1}, wrong));
    wrong = right;
    ++wrong.bytes;
    EXPECT_FALSE(read(LogId{1}, wrong));
    wrong = right;
    wrong.first_time += Milliseconds{1};
    EXPECT_FALSE(read(LogId{1}, wrong));
}

TEST(ArchiveWriter, ABlockEndsAtAGapAtItsSizeAndAtTheEndOnly) {
    ArchiveWorld world;
    auto options = world.options({.block_bytes = 30});
    const std::string ten(9, 'x');  // with its size and time up to 11 octets
    const auto finished = world.write({{1, 0, 0, ten},
                                       {1, 1, 0, ten},
                                       {1, 2, 0, ten},
                                       {1, 5, 0, ten},
                                       {1, 6, 0, std::string(30, 'x')},
                                       {1, 7, 0, ten}},
                                      options);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> runs;
    for (const storage::Run& run : finished->index.at(LogId{1}))
        runs.emplace_back(run.first.value(), run.count);
    const std::vector<std::pair<std::uint64_t, std::uint32_t>> expected{
        {0, 2}, {2, 1}, {5, 1}, {6, 1}, {7, 1}};
    EXPECT_EQ(runs, expected);
}

TEST(ArchiveWriter, ABlockThatIsFullIsWrittenAtOnce) {
    ArchiveWorld world;
    auto writer = ArchiveWriter::create(world.options({.block_bytes = 100})).value();
    EXPECT_EQ(writer->bytes(), kArchiveHeaderBytes);
    ASSERT_TRUE(writer->add(LogId{1}, Offset{0}, from_millis(0), std::string(98, 'x')));
    EXPECT_EQ(writer->bytes(), kArchiveHeaderBytes);
    EXPECT_GT(writer->open_bytes(), 98);
    ASSERT_TRUE(writer->add(LogId{2}, Offset{0}, from_millis(0), std::string(99, 'x')));
    EXPECT_GT(writer->bytes(), kArchiveHeaderBytes);
}

TEST(ArchiveWriter, BlocksHoldSoManyEntriesAndNoMore) {
    ArchivedEntries entries;
    for (std::uint32_t i = 0; i <= kBlockEntriesMax; ++i) entries.push_back({1, i, kTime, ""});
    ArchiveWorld world;
    const auto finished = world.write(entries);
    ASSERT_EQ(finished->index.at(LogId{1}).size(), 2);
    EXPECT_EQ(finished->index.at(LogId{1})[0].count, kBlockEntriesMax);
    EXPECT_EQ(world.read()->second, entries);
}

TEST(ArchiveWriter, TheLargestEntryComesBackAndOnePastItIsRefused) {
    ArchiveWorld world;
    auto writer = ArchiveWriter::create(world.options()).value();
    const std::string payload(kEntryBytesMax, 'x');
    const auto refused = writer->add(LogId{1}, Offset{0}, from_millis(0), payload + "x");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    ASSERT_TRUE(writer->add(LogId{1}, Offset{0}, from_millis(0), payload));
    ASSERT_TRUE(writer->finish());
    ASSERT_TRUE(publish_archive(world.files, "/archive", world.kNumber));
    EXPECT_EQ(world.read()->second, (ArchivedEntries{{1, 0, 0, payload}}));
}

TEST(ArchiveWriter, RefusesWhatCannotFollowAndGoesOn) {
    ArchiveWorld world;
    auto writer = ArchiveWriter::create(world.options({.block_bytes = 1})).value();
    const auto add = [&](std::uint64_t log, std::uint64_t offset, std::int64_t time) {
        const auto added = writer->add(LogId{log}, Offset{offset}, from_millis(time), "x");
        return added ? ErrorCode::kInternal : added.error().code;
    };
    constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(add(1, 5, 100), ErrorCode::kInternal);
    EXPECT_EQ(add(1, 5, 100), ErrorCode::kInvalidArgument);
    EXPECT_EQ(add(1, 4, 100), ErrorCode::kInvalidArgument);
    EXPECT_EQ(add(1, 6, 99), ErrorCode::kInvalidArgument);
    EXPECT_EQ(add(1, 6, 100), ErrorCode::kInternal);
    EXPECT_EQ(add(2, 0, 0), ErrorCode::kInternal);
    EXPECT_EQ(add(2, kLast, 0), ErrorCode::kInvalidArgument);
    EXPECT_EQ(add(2, kLast - 1, 0), ErrorCode::kInternal);
    ASSERT_TRUE(writer->finish());
    ASSERT_TRUE(publish_archive(world.files, "/archive", world.kNumber));
    EXPECT_EQ(world.read()->second.size(), 4);
}

TEST(ArchiveWriter, WritesTheLargestBlocksWhenTooMuchIsOpen) {
    ArchiveWorld world;
    auto options = world.options();
    options.open_bytes_max = 10'000;
    auto writer = ArchiveWriter::create(options).value();
    ASSERT_TRUE(writer->add(LogId{1}, Offset{0}, from_millis(0), std::string(100, 'a')));
    ASSERT_TRUE(writer->add(LogId{2}, Offset{0}, from_millis(0), std::string(6000, 'b')));
    ASSERT_TRUE(writer->add(LogId{3}, Offset{0}, from_millis(0), std::string(2000, 'c')));
    EXPECT_EQ(writer->bytes(), kArchiveHeaderBytes);
    ASSERT_TRUE(writer->add(LogId{3}, Offset{1}, from_millis(0), std::string(2000, 'c')));
    EXPECT_GT(writer->bytes(), kArchiveHeaderBytes);
    EXPECT_LE(writer->open_bytes(), 5000);
    const auto finished = writer->finish();
    ASSERT_TRUE(finished);
    const auto position = [&](std::uint64_t log) { return finished->index.at(LogId{log}).at(0).position; };
    EXPECT_EQ(position(2), kArchiveHeaderBytes);
    EXPECT_LT(position(2), position(1));
    EXPECT_LT(position(1), position(3));
}

TEST(ArchiveWriter, BlocksEndWhereRunsCanStillNameThem) {
    // A block with one octet takes 48 for its header, one for the size, one for the payload.
    for (const std::uint64_t blocks : {1, 2}) {
        ArchiveWorld world;
        auto options = world.options({.block_bytes = 1});
        options.blocks_end_max = kArchiveHeaderBytes + blocks * (kBlockHeaderBytes + 2);
        auto writer = ArchiveWriter::create(options).value();
        for (std::uint64_t i = 0; i < blocks; ++i)
            ASSERT_TRUE(writer->add(LogId{1}, Offset{i}, from_millis(0), "x"));
        const auto full = writer->add(LogId{1}, Offset{blocks}, from_millis(0), "x");
        ASSERT_FALSE(full);
        EXPECT_EQ(full.error().code, ErrorCode::kResourceExhausted);
        EXPECT_FALSE(writer->add(LogId{2}, Offset{0}, from_millis(0), "x"));
        EXPECT_FALSE(writer->finish());
    }
}

TEST(ArchiveWriter, ANumberIsTakenOnce) {
    ArchiveWorld world;
    ASSERT_TRUE(ArchiveWriter::create(world.options()));
    const auto second = ArchiveWriter::create(world.options());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kAlreadyExists);
}

TEST(ArchiveWriter, SyncsAsItGoesUnlessToldNotTo) {
    // 20 blocks of 1 MiB: a sync once 8 are written, once 16 are, and at the end.
    std::map<bool, std::uint64_t> calls;
    for (const bool sync : {true, false}) {
        ArchiveWorld world;
        auto options = world.options();
        options.sync = sync;
        const auto before = world.files.calls();
        auto writer = ArchiveWriter::create(options).value();
        std::string payload(1_MiB, '\0');
        for (char& byte : payload) byte = static_cast<char>(world.random.next());
        for (std::uint64_t i = 0; i < 20; ++i)
            ASSERT_TRUE(writer->add(LogId{1}, Offset{i}, from_millis(0), payload));
        ASSERT_TRUE(writer->finish());
        calls[sync] = world.files.calls() - before;
    }
    EXPECT_EQ(calls[true] - calls[false], 3);
}

TEST(ArchiveWriter, ASyncThatFailedOnTheWayIsNotForgotten) {
    ArchiveWorld world;
    auto writer = ArchiveWriter::create(world.options()).value();
    std::string payload(kArchiveUnsyncedBytesMax, '\0');
    for (char& byte : payload) byte = static_cast<char>(world.random.next());
    world.files.fail_call(2, EIO);  // the block is written, and then synced
    EXPECT_FALSE(writer->add(LogId{1}, Offset{0}, from_millis(0), payload));
    EXPECT_FALSE(writer->add(LogId{1}, Offset{1}, from_millis(0), ""));
    EXPECT_FALSE(writer->finish());
}

TEST(Archive, WhatIsFinishedSurvivesTheLossOfPowerOncePublished) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        ArchiveWorld world{seed};
        ASSERT_TRUE(world.files.sync_directory("/"));
        const ArchivedEntries entries = mixture(world.random, 300, 3);
        ASSERT_TRUE(world.write(entries));
        ASSERT_TRUE(world.files.sync_directory("/archive"));
        world.files.crash();
        const auto read = world.read();
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->second, sorted(entries));
    }
}

TEST(Archive, AFailedCallLeavesNothingPublishedAndNoLaterCallHidesIt) {
    ArchiveWorld counting;
    const ArchivedEntries entries = mixture(counting.random, 100, 3);
    const auto before = counting.files.calls();
    ASSERT_TRUE(counting.write(entries, counting.options({.block_bytes = 200})));
    const std::uint64_t calls = counting.files.calls() - before;
    ASSERT_GT(calls, 10);
    for (std::uint64_t n = 1; n <= calls; ++n) {
        for (const int reason : {EIO, ENOSPC}) {
            ArchiveWorld world;
            world.files.fail_call(n, reason);
            auto writer = ArchiveWriter::create(world.options({.block_bytes = 200}));
            Result<> outcome = writer ? Result<>{} : std::unexpected(writer.error());
            for (const ArchivedEntry& entry : entries) {
                if (!writer) break;
                const auto added = (*writer)->add(LogId{entry.log}, Offset{entry.offset},
                                                  from_millis(entry.time), entry.payload);
                EXPECT_TRUE(outcome || !added) << "call " << n << ": an entry was taken after a failure";
                if (!added) outcome = added;
            }
            if (writer) {
                const auto finished = (*writer)->finish();
                EXPECT_TRUE(outcome || !finished) << "call " << n << ": finished after a failure";
                if (!finished) outcome = std::unexpected(finished.error());
            }
            if (outcome) outcome = publish_archive(world.files, "/archive", world.kNumber);
            ASSERT_FALSE(outcome) << "call " << n;
            EXPECT_EQ(outcome.error().code, reason == EIO ? ErrorCode::kIo : ErrorCode::kResourceExhausted);
            for (const auto& name : world.files.list("/archive").value())
                EXPECT_TRUE(is_partial_archive(name.name));
        }
    }
}

}  // namespace
}  // namespace millrace::storage
