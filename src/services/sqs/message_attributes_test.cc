#include "services/sqs/message_attributes.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

TEST(MessageAttributes, DigestsAsAws) {
    EXPECT_EQ(attributes_md5({{"timestamp", {"Number", "1493147359900"}}}),
              "235c5c510d26fb653d073faed50ae77c");
    EXPECT_EQ(attributes_md5({{"a", {"String", "x"}},
                              {"b", {"Number.int", "42"}},
                              {"c", {"Binary.raw", std::string("\0\xff", 2)}}}),
              "2e56b868ca2d1275b2a191700539aa19");
    EXPECT_EQ(attributes_md5({}), "");
}

TEST(MessageAttributes, ReceiveNamesThemAllByPrefixOrOneByOne) {
    const auto wants = [](std::vector<std::string> names) { return wants_attribute(names, "order.id"); };
    EXPECT_TRUE(wants({"All"}));
    EXPECT_TRUE(wants({".*"}));
    EXPECT_TRUE(wants({"*"}));
    EXPECT_TRUE(wants({"order.*"}));
    EXPECT_TRUE(wants({"x", "order.id"}));
    EXPECT_FALSE(wants({"order"}));
    EXPECT_FALSE(wants({"id.*"}));
    EXPECT_FALSE(wants({}));
}

}  // namespace
}  // namespace millrace::sqs
