#include "codec/gzip.h"

#include <gtest/gtest.h>

#include "codec/hex.h"

namespace millrace::codec {
namespace {

constexpr std::size_t kEnough = 1'000'000;
// Made by Python's gzip module.
constexpr std::string_view kHello = "1f8b0800000000000203cb48cdc9c9070086a6103605000000";
// 100,000 zero bytes.
constexpr std::string_view kZeros =
    "1f8b0800000000000203edc13101000000c2a0f54f6d0d0fa00000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000008057037d9511d4a0860100";

std::string unhex(std::string_view hex) {
    return hex_decode(hex).value();
}

TEST(Gzip, GivesBackWhatWasCompressed) {
    EXPECT_EQ(gzip_decode(unhex(kHello), kEnough).value(), "hello");
    EXPECT_EQ(gzip_decode(unhex(kHello) + unhex(kHello), kEnough).value(), "hellohello") << "two members";
    EXPECT_EQ(gzip_decode(unhex(kZeros), kEnough).value(), std::string(100'000, '\0'));
}

TEST(Gzip, KeepsTheLimit) {
    EXPECT_TRUE(gzip_decode(unhex(kHello), 5));
    EXPECT_FALSE(gzip_decode(unhex(kHello), 4));
    EXPECT_TRUE(gzip_decode(unhex(kZeros), 100'000));
    EXPECT_FALSE(gzip_decode(unhex(kZeros), 99'999));
}

TEST(Gzip, RefusesAnythingElse) {
    const std::string hello = unhex(kHello);
    EXPECT_FALSE(gzip_decode("", kEnough));
    EXPECT_FALSE(gzip_decode("hello", kEnough));
    for (std::size_t size = 0; size < hello.size(); ++size)
        EXPECT_FALSE(gzip_decode(hello.substr(0, size), kEnough)) << size;
    EXPECT_FALSE(gzip_decode(hello + "more", kEnough));
    std::string damaged = hello;
    char& checksum = damaged[hello.size() - 8];
    checksum = static_cast<char>(checksum ^ 1);
    EXPECT_FALSE(gzip_decode(damaged, kEnough));
}

}  // namespace
}  // namespace millrace::codec
