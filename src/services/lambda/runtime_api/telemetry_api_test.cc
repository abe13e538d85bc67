#include "services/lambda/runtime_api/telemetry_api.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

std::string subscription(std::string_view uri, std::string_view types, std::string_view more = "") {
    return fmt::format(
        R"({{"schemaVersion":"2022-12-13","destination":{{"protocol":"HTTP","URI":"{}"}},"types":{}{}}})",
        uri, types, more);
}

TEST(TelemetrySubscription, IsRead) {
    const auto read =
        read_subscription(subscription("http://sandbox.localdomain:4243/logs", R"(["platform","function"])",
                                       R"(,"buffering":{"maxItems":1000,"maxBytes":262144,"timeoutMs":25})"));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->port, 4243);
    EXPECT_EQ(read->path, "/logs");
    EXPECT_EQ(read->types.size(), 2U);
    EXPECT_EQ(read->items_max, 1000U);
    EXPECT_EQ(read->wait_max, Milliseconds{25});
    EXPECT_EQ(read_subscription(subscription("http://sandbox:1", R"(["extension"])"))->path, "/");
}

TEST(TelemetrySubscription, IsRefusedOtherwise) {
    const std::string uri = "http://sandbox:1";
    for (const std::string& bad :
         {std::string("no"), std::string("[]"), std::string("{}"),
          subscription("http://example.com:80", R"(["function"])"),
          subscription("http://sandbox:0", R"(["function"])"),
          subscription("http://sandbox:65536", R"(["function"])"),
          subscription("http://sandbox:1x", R"(["function"])"), subscription(uri, "[]"),
          subscription(uri, R"(["odd"])"),
          subscription(uri, R"(["function"])", R"(,"buffering":{"maxItems":999})"),
          subscription(uri, R"(["function"])", R"(,"buffering":{"maxBytes":1048577})"),
          subscription(uri, R"(["function"])", R"(,"buffering":{"timeoutMs":24})"),
          std::string(
              R"({"destination":{"protocol":"TCP","URI":"http://sandbox:1"},"types":["function"]})")}) {
        EXPECT_FALSE(read_subscription(bad)) << bad;
    }
}

}  // namespace
}  // namespace millrace::lambda
