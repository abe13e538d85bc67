#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/cbor_reader.h"
#include "codec/cbor_writer.h"
#include "codec/hex.h"

namespace millrace::codec {
namespace {

std::string bytes(std::string_view hex) {
    return *hex_decode(hex);
}

std::int64_t integer(std::string_view hex) {
    const std::string text = bytes(hex);
    return CborReader(text).read_integer().value();
}

double number(std::string_view hex) {
    const std::string text = bytes(hex);
    return CborReader(text).read_float().value();
}

std::string skip_error(std::string_view text) {
    CborReader reader(text);
    auto done = reader.skip();
    return done ? "" : done.error().message;
}

// The examples are RFC 8949's, appendix A.

TEST(Cbor, ReadsNumbersOfAllWidths) {
    EXPECT_EQ(integer("00"), 0);
    EXPECT_EQ(integer("17"), 23);
    EXPECT_EQ(integer("1818"), 24);
    EXPECT_EQ(integer("1903e8"), 1000);
    EXPECT_EQ(integer("1a000f4240"), 1'000'000);
    EXPECT_EQ(integer("1b000000e8d4a51000"), 1'000'000'000'000);
    EXPECT_EQ(integer("20"), -1);
    EXPECT_EQ(integer("3903e7"), -1000);
    EXPECT_EQ(integer("1b7fffffffffffffff"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(integer("3b7fffffffffffffff"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(number("f93e00"), 1.5);
    EXPECT_EQ(number("f97bff"), 65504.0);
    EXPECT_EQ(number("f90001"), 5.960464477539063e-8);
    EXPECT_EQ(number("f9c400"), -4.0);
    EXPECT_EQ(number("fa47c35000"), 100000.0);
    EXPECT_EQ(number("fbc010666666666666"), -4.1);
    EXPECT_EQ(number("f9fc00"), -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(number("f97e00")));
}

TEST(Cbor, RefusesIntegersBeyond64Bits) {
    for (const std::string& text : {bytes("1b8000000000000000"), bytes("3b8000000000000000")}) {
        EXPECT_FALSE(CborReader(text).read_integer().has_value());
        EXPECT_EQ(skip_error(text), "") << "nobody asked for its value";
    }
}

TEST(Cbor, ReadsStringsInOnePieceAndInChunks) {
    const std::string text = bytes(
        "64f0908591"
        "7f657374726561646d696e67ff"
        "5f42010243030405ff");
    CborReader reader(text);
    EXPECT_EQ(reader.read_text().value(), "\xf0\x90\x85\x91");
    EXPECT_EQ(reader.read_text().value(), "streaming");
    EXPECT_EQ(reader.read_bytes().value(), "\1\2\3\4\5");
    EXPECT_TRUE(reader.at_end());
}

TEST(Cbor, ReadsContainersOfBothLengths) {
    for (const std::string& text : {bytes("a26161016162820203"), bytes("bf61610161629f0203ffff")}) {
        CborReader reader(text);
        auto pairs = reader.begin_map().value();
        EXPECT_TRUE(reader.more(pairs).value());
        EXPECT_EQ(reader.read_text().value(), "a");
        EXPECT_EQ(reader.read_integer().value(), 1);
        EXPECT_TRUE(reader.more(pairs).value());
        EXPECT_EQ(reader.read_text().value(), "b");
        auto items = reader.begin_array().value();
        EXPECT_TRUE(reader.more(items).value());
        EXPECT_EQ(reader.read_integer().value(), 2);
        EXPECT_TRUE(reader.more(items).value());
        EXPECT_EQ(reader.read_integer().value(), 3);
        EXPECT_FALSE(reader.more(items).value());
        EXPECT_FALSE(reader.more(pairs).value());
        EXPECT_TRUE(reader.at_end());
    }
}

TEST(Cbor, ReadsOverTags) {
    const std::string text = bytes(
        "c1c2"
        "1a514b67b0"
        "f4"
        "f7");
    CborReader reader(text);
    EXPECT_EQ(reader.type().value(), CborType::kInteger);
    EXPECT_EQ(reader.read_integer().value(), 1363896240);
    EXPECT_FALSE(reader.read_boolean().value());
    EXPECT_EQ(reader.type().value(), CborType::kNull);
    EXPECT_TRUE(reader.read_null().has_value());
}

TEST(Cbor, RefusesWhatIsMalformed) {
    for (const char* hex : {
             "",                      // nothing
             "18",                    // a length cut off
             "62ff",                  // a string cut off
             "5bffffffffffffffff00",  // a string longer than memory
             "9bffffffffffffffff00",  // an array that ends early
             "8201",                  // likewise
             "bf6161ff",              // a key without a value
             "ff",                    // a break alone
             "1c",                    // a reserved length
             "1f", "df01",            // lengths that cannot be indefinite
             "5f6161ff",              // a chunk of text among bytes
             "5f5f4100ffff",          // chunks in chunks
             "7f6161",                // no break
             "61ff",                  // not UTF-8
             "f0", "f818", "fc",      // unknown simple values
         }) {
        EXPECT_NE(skip_error(bytes(hex)), "") << hex;
    }
}

TEST(Cbor, BoundsTheDepth) {
    const std::string deepest(kCborDepthMax - 1, '\x81');
    EXPECT_EQ(skip_error(deepest + '\x01'), "");
    EXPECT_NE(skip_error(deepest + '\x81' + '\x01').find("nested too deeply"), std::string::npos);
    EXPECT_NE(skip_error(std::string(1'000'000, '\x9f')), "");
    EXPECT_NE(skip_error(std::string(1'000'000, '\xc1')), "") << "tags need no stack";
}

TEST(Cbor, WritesEachWidthUpToItsEnd) {
    for (const auto& [number, hex] :
         std::vector<std::pair<std::int64_t, std::string_view>>{{255, "18ff"},
                                                                {256, "190100"},
                                                                {65'535, "19ffff"},
                                                                {65'536, "1a00010000"},
                                                                {4'294'967'295, "1affffffff"},
                                                                {4'294'967'296, "1b0000000100000000"},
                                                                {-256, "38ff"},
                                                                {-257, "390100"}}) {
        std::string out;
        CborWriter(out).integer(number);
        EXPECT_EQ(hex_encode(out), hex) << number;
    }
}

TEST(Cbor, WritesTheShortestForm) {
    std::string out;
    CborWriter writer(out);
    writer.map(1).text("a").array(8).integer(23).integer(24).integer(-1).integer(1000).integer(-1'000'000);
    writer.integer(std::numeric_limits<std::int64_t>::min()).boolean(true).null();
    EXPECT_EQ(hex_encode(out),
              "a16161"
              "88"
              "17"
              "1818"
              "20"
              "1903e8"
              "3a000f423f"
              "3b7fffffffffffffff"
              "f5"
              "f6");
    out.clear();
    writer.tag(1).integer(1'700'000'000'123).number(1.5).bytes(std::string_view("\0\xff", 2)).text("\xff");
    EXPECT_EQ(hex_encode(out),
              "c1"
              "1b0000018bcfe5687b"
              "fb3ff8000000000000"
              "4200ff"
              "63efbfbd");
}

}  // namespace
}  // namespace millrace::codec
