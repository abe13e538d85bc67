#include "services/lambda/mappings/batch_response.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

ports::SourceRecord record(std::string sequence_number) {
    return {.cursor = ports::Cursor{0},
            .sequence_number = std::move(sequence_number),
            .partition_key = "k",
            .arrival = {},
            .data = SharedBytes(std::string())};
}

TEST(BatchResponse, SaysHowManySucceeded) {
    const std::vector<ports::SourceRecord> batch{record("1"), record("2"), record("3")};
    const auto count = [&](std::string_view response) { return count_successes(response, batch); };
    EXPECT_EQ(count(""), 3U);
    EXPECT_EQ(count("null"), 3U);
    EXPECT_EQ(count("{}"), 3U);
    EXPECT_EQ(count("[]"), 3U);
    EXPECT_EQ(count(R"("")"), 3U);
    EXPECT_EQ(count(R"({"statusCode":200})"), 3U);
    EXPECT_EQ(count(R"({"batchItemFailures":[]})"), 3U);
    EXPECT_EQ(count(R"({"batchItemFailures":null})"), 3U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":"3"}]})"), 2U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]})"), 1U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":""}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":null}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"id":"3"}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":"9"}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":"3"})"), 0U);
    EXPECT_EQ(count(R"(["3"])"), 0U);
    EXPECT_EQ(count("nonsense"), 0U);
    EXPECT_EQ(count("\"text\""), 0U);
}

TEST(BatchResponse, BringsTheStateOfAWindow) {
    EXPECT_EQ(window_state(R"({"state":{"a":[1,"x"]},"batchItemFailures":[]})"), R"({"a":[1,"x"]})");
    EXPECT_EQ(window_state(R"({"state":7})"), "7");
    for (const char* none : {"", "null", "{}", "[]", R"({"State":{}})", "nonsense", R"({"state":{})"})
        EXPECT_EQ(window_state(none), std::nullopt) << none;
    // A function that reports failures need not report none.
    const std::vector<ports::SourceRecord> batch{record("1")};
    EXPECT_EQ(count_successes(R"({"state":{}})", batch), 1U);
}

}  // namespace
}  // namespace millrace::lambda
