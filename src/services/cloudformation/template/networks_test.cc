#include "services/cloudformation/template/networks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

std::string split(std::string_view block, std::size_t count, std::size_t bits) {
    auto blocks = split_address_block(block, count, bits);
    return blocks ? fmt::format("{}", fmt::join(*blocks, " ")) : blocks.error().message;
}

TEST(NetworksTest, SplitsBlocks) {
    EXPECT_EQ(
        split("192.168.0.0/24", 6, 5),
        "192.168.0.0/27 192.168.0.32/27 192.168.0.64/27 192.168.0.96/27 192.168.0.128/27 192.168.0.160/27");
    EXPECT_EQ(split("10.255.254.0/23", 2, 8), "10.255.254.0/24 10.255.255.0/24");
    EXPECT_EQ(split("10.1.2.3/32", 1, 0),
              "Template error: Fn::Cidr: 10.1.2.3/32 has no room for 1 blocks of 0 bits");
    EXPECT_EQ(split("10.1.2.3/16", 1, 16), "10.1.0.0/16") << "bits below the prefix do not count";
    EXPECT_EQ(split("2001:db8:1234:1a00::/56", 2, 64), "2001:db8:1234:1a00::/64 2001:db8:1234:1a01::/64");
    EXPECT_EQ(split("::/0", 2, 120), "::/8 100::/8");
    EXPECT_EQ(split("0.0.0.0/0", 2, 31), "0.0.0.0/1 128.0.0.0/1");
}

TEST(NetworksTest, HoldsItsLimits) {
    EXPECT_THAT(split("10.0.0.0/8", kAddressBlocksMax, 8), HasSubstr("10.0.255.0/24"));
    EXPECT_THAT(split("10.0.0.0/8", kAddressBlocksMax + 1, 8), HasSubstr("gives 1 to 256 blocks, not 257"));
    EXPECT_THAT(split("10.0.0.0/8", 0, 8), HasSubstr("not 0"));
    EXPECT_THAT(split("10.0.0.0/24", 4, 6), HasSubstr("10.0.0.192/26"));
    EXPECT_THAT(split("10.0.0.0/24", 5, 6), HasSubstr("has no room for 5 blocks of 6 bits"));
    EXPECT_THAT(split("10.0.0.0/24", 1, 9), HasSubstr("has no room"));
    EXPECT_THAT(split("10.0.0.0/33", 1, 1), HasSubstr("10.0.0.0/33 is not an address block"));
    for (const char* wrong : {"10.0.0.0", "10.0.0/8", "x/8", "10.0.0.0/", "10.0.0.0/8x", ":::/8", ""}) {
        EXPECT_THAT(split(wrong, 1, 1), HasSubstr("is not an address block")) << wrong;
    }
}

}  // namespace
}  // namespace millrace::cloudformation
