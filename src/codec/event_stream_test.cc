#include "codec/event_stream.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "codec/hex.h"

namespace millrace::codec {
namespace {

// Known messages, as the AWS SDKs test theirs with.
constexpr std::string_view kEmpty = "000000100000000005c248eb7d98c8ff";
constexpr std::string_view kOneText =
    "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27"
    "626172277"
    "d8d9c08b1";

Result<std::optional<EventMessage>> take_hex(std::string_view hex) {
    const std::string bytes = *hex_decode(hex);
    std::string_view rest = bytes;
    return take_event(rest);
}

EventMessage all_types() {
    return {.headers = {{"true", true},
                        {"false", false},
                        {"byte", std::int8_t{-1}},
                        {"short", std::int16_t{-2}},
                        {"integer", std::int32_t{-300'000}},
                        {"long", std::int64_t{-1'000'000'000'000}},
                        {"bytes", EventBytes{std::string("\0\xff", 2)}},
                        {"text", std::string("é")},
                        {"time", from_millis(1'700'000'000'123)},
                        {"uuid", EventUuid{1, 2, 3, 255}}},
            .payload = "payload"};
}

TEST(EventStream, WritesKnownMessages) {
    EXPECT_EQ(hex_encode(encode_event({})), kEmpty);
    const EventMessage one{.headers = {{"content-type", std::string("application/json")}},
                           .payload = "{'foo':'bar'}"};
    EXPECT_EQ(hex_encode(encode_event(one)), kOneText);
    EXPECT_EQ(take_hex(kOneText).value(), one);
    EXPECT_EQ(take_hex(kEmpty).value(), EventMessage{});
}

TEST(EventStream, EveryHeaderTypeComesBack) {
    const std::string bytes = encode_event(all_types()) + encode_event({.headers = {}, .payload = "next"});
    std::string_view rest = bytes;
    EXPECT_EQ(take_event(rest).value(), all_types());
    EXPECT_EQ(take_event(rest).value()->payload, "next");
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(take_event(rest).value(), std::nullopt);
}

TEST(EventStream, WaitsForTheEndOfAMessage) {
    const std::string bytes = encode_event(all_types());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::string_view part = std::string_view(bytes).substr(0, size);
        const auto taken = take_event(part);
        ASSERT_TRUE(taken.has_value()) << taken.error().message;
        EXPECT_EQ(*taken, std::nullopt);
        EXPECT_EQ(part.size(), size);
    }
}

TEST(EventStream, AnyFlippedBitIsNoticed) {
    const std::string bytes = encode_event(all_types());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string broken = bytes;
        broken[i] = static_cast<char>(broken[i] ^ 1);
        std::string_view rest = broken;
        EXPECT_FALSE(take_event(rest).has_value()) << "byte " << i;
    }
}

TEST(EventStream, RefusesEqualNames) {
    const std::string bytes = encode_event({.headers = {{"a", true}, {"a", false}}, .payload = ""});
    std::string_view rest = bytes;
    EXPECT_FALSE(take_event(rest).has_value());
}

void put_number(std::string& out, std::size_t number) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(number >> shift);
}

void put_checksum(std::string& out) {
    put_number(out, crc32_z(0, reinterpret_cast<const unsigned char*>(out.data()), out.size()));
}

/// The lengths with their right checksum, and nothing behind them.
Result<std::optional<EventMessage>> take_prelude(std::size_t total, std::size_t headers) {
    std::string bytes;
    put_number(bytes, total);
    put_number(bytes, headers);
    put_checksum(bytes);
    std::string_view rest = bytes;
    return take_event(rest);
}

Result<std::optional<EventMessage>> take_lengths(std::size_t headers, std::size_t payload) {
    return take_prelude(16 + headers + payload, headers);
}

/// A message of these headers with its right checksums.
Result<std::optional<EventMessage>> take_headers(std::string_view headers) {
    std::string bytes;
    put_number(bytes, 16 + headers.size());
    put_number(bytes, headers.size());
    put_checksum(bytes);
    bytes += headers;
    put_checksum(bytes);
    std::string_view rest = bytes;
    return take_event(rest);
}

TEST(EventStream, RefusesHeadersThatAreNone) {
    using std::string_view_literals::operator""sv;
    EXPECT_TRUE(take_headers("\1a\0"sv).has_value());
    EXPECT_TRUE(take_headers("\1a\7\0\1x"sv).has_value());
    for (const std::string_view headers :
         {"\0\0"sv, "\1\xff\0"sv, "\2a"sv, "\1a"sv, "\1a\x0a"sv, "\1a\xff"sv, "\1a\2"sv, "\1a\3\0"sv,
          "\1a\4\0\0\0"sv, "\1a\5\0\0\0\0\0\0\0"sv, "\1a\6\0"sv, "\1a\6\0\2x"sv, "\1a\7\0\1\xff"sv,
          "\1a\7\0\2x"sv, "\1a\x8\0\0\0\0\0\0\0"sv, "\1a\x9\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv}) {
        EXPECT_FALSE(take_headers(headers).has_value()) << hex_encode(headers);
    }
}

TEST(EventStream, RefusesLengthsThatDisagree) {
    EXPECT_TRUE(take_prelude(16, 0).has_value());
    EXPECT_FALSE(take_prelude(15, 0).has_value()) << "no room for the checksums";
    EXPECT_FALSE(take_prelude(0, 0).has_value());
    EXPECT_TRUE(take_prelude(20, 4).has_value());
    EXPECT_FALSE(take_prelude(20, 5).has_value()) << "more headers than message";
}

TEST(EventStream, BoundsHeadersAndPayload) {
    EXPECT_TRUE(take_lengths(kEventHeadersBytesMax, 0).has_value());
    EXPECT_FALSE(take_lengths(kEventHeadersBytesMax + 1, 0).has_value());
    EXPECT_TRUE(take_lengths(0, kEventPayloadBytesMax).has_value());
    EXPECT_FALSE(take_lengths(0, kEventPayloadBytesMax + 1).has_value());
    EXPECT_TRUE(take_lengths(kEventHeadersBytesMax, kEventPayloadBytesMax).has_value());
    for (const std::size_t size : {kEventHeaderValueBytesMax, kEventHeaderValueBytesMax + 1}) {
        std::string bytes;
        {
            // Built by hand: a writer would not.
            const EventWriter writer(bytes, {});
            bytes +=
                std::string("\1a\7", 3) + static_cast<char>(size >> 8U) + static_cast<char>(size & 0xffU);
            bytes.append(size, 'x');
        }
        const std::size_t headers = bytes.size() - 16;
        for (unsigned i = 0; i < 4; ++i) bytes[4 + i] = static_cast<char>(headers >> (24 - 8 * i));
        const auto seal = [&](std::size_t at) {
            const auto sum = crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), at);
            for (unsigned i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(sum >> (24 - 8 * i));
        };
        seal(8);
        seal(bytes.size() - 4);
        std::string_view rest = bytes;
        EXPECT_EQ(take_event(rest).has_value(), size == kEventHeaderValueBytesMax);
    }
}

}  // namespace
}  // namespace millrace::codec
