#include "codec/timestamp.h"

#include <gtest/gtest.h>
#include <limits>

namespace millrace::codec {
namespace {

constexpr WallTime kTime{Milliseconds{1'700'000'000'123}};

std::int64_t iso(std::string_view text) {
    const auto time = parse_iso8601(text);
    return time ? to_millis(*time) : -1;
}

TEST(Iso8601, FormatsBothPrecisions) {
    EXPECT_EQ(format_iso8601(kTime), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(format_iso8601(kTime, Iso8601Precision::kSeconds), "2023-11-14T22:13:20Z");
    EXPECT_EQ(format_iso8601(from_millis(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Iso8601, ReadsItsForms) {
    EXPECT_EQ(iso("2023-11-14T22:13:20.123Z"), 1'700'000'000'123);
    EXPECT_EQ(iso("2023-11-14T22:13:20.1239999999999Z"), 1'700'000'000'123);
    EXPECT_EQ(iso("2023-11-14T23:13:20.1+01:00"), 1'700'000'000'100);
    EXPECT_EQ(iso("2023-11-14T17:13:20-0500"), 1'700'000'000'000);
    EXPECT_EQ(iso("2023-11-14T22:13"), 1'699'999'980'000);
    EXPECT_EQ(iso("2023-11-14"), 1'699'920'000'000);
    EXPECT_EQ(iso("2024-02-29"), 1'709'164'800'000);
}

TEST(Iso8601, RefusesTheRest) {
    for (const std::string_view text :
         {"", "2023", "2023-13-01", "2023-02-29", "2023-11-14T", "2023-11-14T24:00:00Z",
          "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Zx", "0000-01-01", "2023-11-14T22:60:00Z",
          "+023-11-14", "2023-11-14T22:13:20+1"}) {
        EXPECT_FALSE(parse_iso8601(text)) << text;
    }
}

TEST(EpochSeconds, WritesNoMoreDigitsThanNeeded) {
    EXPECT_EQ(format_epoch_seconds(kTime), "1700000000.123");
    EXPECT_EQ(format_epoch_seconds(from_millis(1'700'000'000'100)), "1700000000.1");
    EXPECT_EQ(format_epoch_seconds(from_millis(1'700'000'000'000)), "1700000000");
    EXPECT_EQ(format_epoch_seconds(from_millis(-1)), "-0.001");
    EXPECT_EQ(format_epoch_seconds(from_millis(0)), "0");
}

TEST(EpochSeconds, ReadsNumbers) {
    EXPECT_EQ(parse_epoch_seconds("1700000000.123"), kTime);
    EXPECT_EQ(parse_epoch_seconds("1.700000000123E9"), kTime);
    for (const std::string_view text : {"", "x", "1e400", "inf", "nan", "1 ", "1e15"})
        EXPECT_FALSE(parse_epoch_seconds(text)) << text;
    EXPECT_FALSE(from_epoch_seconds(std::numeric_limits<double>::quiet_NaN()));
}

TEST(HttpDate, ThereAndBack) {
    EXPECT_EQ(format_http_date(kTime), "Tue, 14 Nov 2023 22:13:20 GMT");
    EXPECT_EQ(parse_http_date("Tue, 14 Nov 2023 22:13:20 GMT"), from_millis(1'700'000'000'000));
    EXPECT_FALSE(parse_http_date("Tue, 14 Nov 2023 22:13:20 CET"));
    EXPECT_FALSE(parse_http_date("Tue, 14 Nov"));
}

TEST(AmzDate, ThereAndBack) {
    EXPECT_EQ(format_amz_date(kTime), "20231114T221320Z");
    EXPECT_EQ(parse_amz_date("20231114T221320Z"), from_millis(1'700'000'000'000));
    EXPECT_FALSE(parse_amz_date("20231114T221320"));
}

}  // namespace
}  // namespace millrace::codec
