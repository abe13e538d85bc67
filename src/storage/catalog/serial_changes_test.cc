#include "storage/catalog/serial_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/manual_executor.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::storage {
namespace {

using testing::ElementsAre;

std::string words_of(const Error& error) {
    return "refused: " + error.message;
}

/// A counter, kept in the catalog.
class SerialChangesTest : public testing::Test {
  protected:
    using Changes = SerialChanges<std::string>;

    SerialChangesTest() {
        LogCatalog::open(logs_, clock_, [&](Result<std::unique_ptr<LogCatalog>> opened) {
            ASSERT_TRUE(opened) << opened.error().message;
            catalog_ = std::move(*opened);
        });
        executor_.run_ready();
        changes_ = std::make_unique<Changes>(*catalog_, words_of);
    }

    void count_to(int number) {
        changes_->run(
            [this, number]() -> std::expected<Changes::Change, std::string> {
                if (counted_ >= number) return std::unexpected("too late");
                return Changes::Change{.catalog = {.puts = {{"counter", std::to_string(number)}}},
                                       .apply = [this, number] { counted_ = number; }};
            },
            [this](std::expected<void, std::string> made) {
                answers_.push_back(made ? "made" : made.error());
            });
    }

    ManualClock clock_;
    ManualExecutor executor_{clock_};
    MemoryLogStore logs_{executor_};
    std::unique_ptr<LogCatalog> catalog_;
    int counted_ = 0;
    std::vector<std::string> answers_;
    std::unique_ptr<Changes> changes_;
};

TEST_F(SerialChangesTest, AChangeIsAppliedAndAnsweredOnceItIsDurable) {
    count_to(1);
    EXPECT_EQ(counted_, 0);
    EXPECT_THAT(answers_, ElementsAre());
    executor_.run_ready();
    EXPECT_EQ(counted_, 1);
    EXPECT_EQ(catalog_->get("counter"), "1");
    EXPECT_THAT(answers_, ElementsAre("made"));
}

TEST_F(SerialChangesTest, EachIsDecidedOnWhatTheOneBeforeLeft) {
    count_to(2);
    count_to(1);
    count_to(3);
    executor_.run_ready();
    EXPECT_EQ(counted_, 3);
    EXPECT_THAT(answers_, ElementsAre("made", "too late", "made"));
}

TEST_F(SerialChangesTest, WhatTheCatalogRefusesIsNotAppliedAndHoldsUpNothing) {
    logs_.fail_appends({ErrorCode::kUnavailable, "no space"});
    count_to(1);
    count_to(2);
    executor_.run_ready();
    EXPECT_EQ(counted_, 2);
    EXPECT_THAT(answers_, ElementsAre("refused: no space", "made"));
}

TEST_F(SerialChangesTest, ClearingAnswersNothingAndBeginsAnew) {
    count_to(1);
    count_to(2);
    changes_->clear();
    executor_.run_ready();
    EXPECT_EQ(counted_, 0);
    EXPECT_THAT(answers_, ElementsAre());
    count_to(3);
    executor_.run_ready();
    EXPECT_EQ(counted_, 3);
    EXPECT_THAT(answers_, ElementsAre("made"));
}

}  // namespace
}  // namespace millrace::storage
