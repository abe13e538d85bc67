#include "storage/catalog/loose_logs.h"

#include <gtest/gtest.h>
#include <memory>

#include "base/manual_executor.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::storage {
namespace {

class LooseLogsTest : public testing::Test {
  protected:
    LooseLogsTest() {
        LogCatalog::open(logs_, clock_, [this](auto opened) { catalog_ = std::move(*opened); });
        home_.run_ready();
        loose_ = std::make_unique<LooseLogs>(*catalog_, logs_, "a/removed/");
        logs_.append({{kLog, clock_.now(), SharedBytes{"x"}}}, [](const auto&) {});
        CatalogChange change;
        loose_->put(change, kLog);
        commit(std::move(change));
    }

    void commit(CatalogChange change) {
        catalog_->commit(std::move(change), [](const Result<>& done) { ASSERT_TRUE(done); });
        home_.run_ready();
    }
    [[nodiscard]] bool is_named() const { return catalog_->get("a/removed/7").has_value(); }
    [[nodiscard]] bool is_stored() const { return logs_.end(kLog) > Offset{0}; }

    static constexpr LogId kLog{7};
    ManualClock clock_;
    ManualExecutor home_{clock_};
    MemoryLogStore logs_{home_};
    std::unique_ptr<LogCatalog> catalog_;
    std::unique_ptr<LooseLogs> loose_;
};

TEST_F(LooseLogsTest, ALogGivenBackIsRemovedAndForgotten) {
    ASSERT_TRUE(is_named());
    loose_->give_back(kLog);
    home_.run_ready();
    EXPECT_FALSE(is_stored());
    EXPECT_FALSE(is_named());
}

TEST_F(LooseLogsTest, WhatCannotBeRemovedIsGivenBackAtTheNextStart) {
    logs_.fail_writes(Error{ErrorCode::kIo, "no"});
    loose_->give_back(kLog);
    home_.run_ready();
    EXPECT_TRUE(is_named());
    logs_.fail_writes(std::nullopt);
    ASSERT_TRUE(loose_->give_back_all());
    home_.run_ready();
    EXPECT_FALSE(is_stored());
    EXPECT_FALSE(is_named());
}

TEST_F(LooseLogsTest, ALogThatGotAnOwnerStays) {
    CatalogChange change;
    loose_->erase(change, kLog);
    commit(std::move(change));
    ASSERT_TRUE(loose_->give_back_all());
    home_.run_ready();
    EXPECT_TRUE(is_stored());
}

TEST_F(LooseLogsTest, ADamagedNameIsNotSkipped) {
    for (const char* key : {"a/removed/", "a/removed/0", "a/removed/x", "a/removed/8x"}) {
        commit({.puts = {{key, "{}"}}});
        const auto given = loose_->give_back_all();
        ASSERT_FALSE(given) << key;
        EXPECT_EQ(given.error().message,
                  std::string("the catalog's entry ") + key + " is damaged: not a log");
        commit({.erases = {key}});
    }
}

}  // namespace
}  // namespace millrace::storage
