#include "services/s3/object_bytes.h"

#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "services/s3/catalog_values.h"
#include "services/s3/limits.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::s3 {
namespace {

/// Bytes over a store in memory.
class ObjectBytesTest : public ::testing::Test {
  protected:
    ObjectBytesTest() {
        storage::LogCatalog::open(logs_, clock_, [this](auto opened) { catalog_ = std::move(*opened); });
        home_.run_ready();
        open();
    }

    void open() { bytes_.emplace(Dependencies{home_, home_, clock_, random_, logs_, *catalog_}); }

    Extents write(const std::string& text) {
        Extents out;
        bytes_->write(SharedBytes(text), [&](Result<Extents> extents) { out = extents.value(); });
        home_.run_ready();
        return out;
    }

    void move(ObjectBytes::Moves moves) {
        storage::CatalogChange change;
        bytes_->plan(moves, change);
        catalog_->commit(std::move(change), [](const Result<>& done) { EXPECT_TRUE(done); });
        home_.run_ready();
        bytes_->settle(moves);
        home_.run_ready();
    }

    std::string read(Extents extents) {
        std::string out;
        while (!extents.empty()) {
            bool good = false;
            bytes_->read(extents, kChunkBytes, [&](auto pieces) {
                good = pieces.has_value();
                if (!good) return;
                std::size_t got = 0;
                for (const SharedBytes& piece : *pieces) out += piece.view(), got += piece.size();
                extents = slice(extents, got, total_bytes(extents) - got);
            });
            home_.run_ready();
            if (!good) return "gone";
        }
        return out;
    }

    [[nodiscard]] bool is_loose(const Extents& extents) const {
        return catalog_->get(fmt::format("{}{}", kLoosePrefix, extents.front().log.value())).has_value();
    }
    [[nodiscard]] bool is_there(const Extents& extents) const {
        return logs_.end(extents.front().log) > storage::Offset{0};
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    SeededRandom random_{1};
    storage::MemoryLogStore logs_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::optional<ObjectBytes> bytes_;
};

TEST_F(ObjectBytesTest, RangesCrossChunks) {
    std::string text;
    for (std::size_t i = 0; i < 2 * kChunkBytes + 5; ++i) text += static_cast<char>(i * 31 >> 3);
    const Extents extents = write(text);
    EXPECT_EQ(read(extents), text);
    for (const std::size_t from : {std::size_t{0}, kChunkBytes - 1, kChunkBytes, 2 * kChunkBytes + 4})
        EXPECT_EQ(read(slice(extents, from, 3)), text.substr(from, 3));
}

TEST_F(ObjectBytesTest, ALogIsLooseUntilAnObjectHasIt) {
    const Extents extents = write("x");
    EXPECT_TRUE(is_loose(extents));
    move({.adopted = extents});
    EXPECT_FALSE(is_loose(extents));
    move({.adopted = {}, .gone = extents});
    EXPECT_FALSE(is_there(extents));
    EXPECT_FALSE(is_loose(extents));  // removed, and forgotten
}

TEST_F(ObjectBytesTest, CopiesShareALogUntilTheLastGoes) {
    const Extents extents = write("x");
    move({.adopted = extents});
    move({.adopted = extents, .gone = extents});  // an object that is copied onto itself
    EXPECT_FALSE(is_loose(extents));
    move({.adopted = extents});
    move({.adopted = {}, .gone = extents});
    EXPECT_TRUE(is_there(extents));
    move({.adopted = {}, .gone = extents});
    EXPECT_FALSE(is_there(extents));
}

TEST_F(ObjectBytesTest, WhoReadsKeepsTheBytes) {
    const Extents extents = write("x");
    move({.adopted = extents});
    auto pin = bytes_->pin(extents);
    move({.adopted = {}, .gone = extents});
    EXPECT_EQ(read(extents), "x");
    EXPECT_TRUE(is_loose(extents));  // should the process end before its reader
    pin.reset();
    home_.run_ready();
    EXPECT_FALSE(is_there(extents));
}

TEST_F(ObjectBytesTest, WhatACrashLeavesLooseIsGivenBack) {
    const Extents kept = write("kept");
    move({.adopted = kept});
    const Extents lost = write("lost");
    open();
    bytes_->count(kept);
    ASSERT_TRUE(bytes_->give_back_loose());
    home_.run_ready();
    EXPECT_FALSE(is_there(lost));
    EXPECT_EQ(read(kept), "kept");
    EXPECT_TRUE(catalog_->list(kLoosePrefix).empty());
}

TEST_F(ObjectBytesTest, ManyBytesAtOnceGoThroughABoundedWindow) {
    int done = 0;
    const std::string text(3 * kWritingBytesMax / 2, 'x');
    for (int i = 0; i < 3; ++i)
        bytes_->write(SharedBytes(text), [&](const Result<Extents>& extents) {
            EXPECT_EQ(total_bytes(*extents), text.size());
            ++done;
        });
    home_.run_ready();
    EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace millrace::s3
