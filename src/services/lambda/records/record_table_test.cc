#include "services/lambda/records/record_table.h"

#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "services/lambda/records/function_records.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::lambda {
namespace {

class RecordTableTest : public ::testing::Test {
  protected:
    RecordTableTest() { open(); }
    void open() {
        catalog.reset();
        storage::LogCatalog::open(logs, clock, [this](auto opened) { catalog = std::move(*opened); });
        home.run_ready();
        table.emplace(*catalog, "lambda/test/");
        EXPECT_TRUE(table->load());
    }
    void put(const std::string& key, const std::string& value) {
        table->put(key, {.value = value}, [this](const Result<>& result) { succeeded += result ? 1 : 0; });
    }
    [[nodiscard]] std::string found(const std::string& key) const {
        const auto record = table->find(key);
        return record ? record->value : "(none)";
    }
    [[nodiscard]] std::string newest(const std::string& key) const {
        const auto record = table->newest(key);
        return record ? record->value : "(none)";
    }

    ManualClock clock;
    ManualExecutor home{clock};
    storage::MemoryLogStore logs{home};
    std::unique_ptr<storage::LogCatalog> catalog;
    std::optional<RecordTable<Setting>> table;
    int succeeded = 0;
};

TEST_F(RecordTableTest, ShowsWhatIsDurableAndKnowsWhatIsOnItsWay) {
    put("a", "1");
    put("a", "2");
    EXPECT_EQ(found("a"), "(none)");
    EXPECT_EQ(newest("a"), "2");
    home.run_ready();
    EXPECT_EQ(succeeded, 2);
    EXPECT_EQ(found("a"), "2");
    table->erase("a", [](const Result<>&) {});
    EXPECT_EQ(found("a"), "2");
    EXPECT_EQ(newest("a"), "(none)");
    home.run_ready();
    EXPECT_EQ(found("a"), "(none)");
}

TEST_F(RecordTableTest, IsBackAfterARestart) {
    put("a", "1");
    put("b", "2");
    home.run_ready();
    table->erase("b", [](const Result<>&) {});
    home.run_ready();
    open();
    EXPECT_EQ(found("a"), "1");
    EXPECT_EQ(found("b"), "(none)");
}

TEST_F(RecordTableTest, WhatCouldNotBeWrittenIsForgotten) {
    put("a", "1");
    home.run_ready();
    logs.fail_writes(Error{ErrorCode::kIo, "disk"});
    put("a", "2");
    home.run_ready();
    EXPECT_EQ(succeeded, 1);
    EXPECT_EQ(found("a"), "1");
    EXPECT_EQ(newest("a"), "1");
}

TEST_F(RecordTableTest, ErasesAlsoWhatIsOnItsWay) {
    put("f/a", "1");
    home.run_ready();
    put("f/b", "2");
    put("g/a", "3");
    const auto of_f = [](std::string_view key) { return key.starts_with("f/"); };
    storage::CatalogChange change;
    table->erase(of_f, change);
    catalog->commit(std::move(change), [&](const Result<>&) { table->forget(of_f); });
    home.run_ready();
    EXPECT_EQ(table->list("f/").size(), 0U);
    EXPECT_EQ(found("g/a"), "3");
    open();
    EXPECT_EQ(table->list().size(), 1U);
}

TEST_F(RecordTableTest, ListsByPrefixInOrder) {
    for (const char* key : {"b/1", "a/2", "a/1", "ab/1"}) put(key, key);
    home.run_ready();
    const auto listed = table->list("a/");
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].first, "a/1");
    EXPECT_EQ(listed[1].first, "a/2");
}

TEST_F(RecordTableTest, ForgetsWhatAResetOvertook) {
    put("a", "1");
    table->clear();
    home.run_ready();
    EXPECT_EQ(found("a"), "(none)");
    EXPECT_EQ(newest("a"), "(none)");
}

}  // namespace
}  // namespace millrace::lambda
