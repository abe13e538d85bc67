#include "ports/property_members.h"

#include <gtest/gtest.h>

namespace millrace::ports {
namespace {

TEST(PropertyMembersTest, TellsTheMembersOfProperties) {
    const ResourceTypeModel model =
        with_members({.type = "A::B::C", .properties = {{.name = "Name"}, {.name = "To"}, {.name = "Tags"}}},
                     "To{Fail{Arn} Pass{Arn Retries}} Tags{Key Value}");
    EXPECT_TRUE(model.properties[0].members.empty());
    const std::vector<PropertyModel>& to = model.properties[1].members;
    ASSERT_EQ(to.size(), 2U);
    EXPECT_EQ(to[1].name, "Pass");
    ASSERT_EQ(to[1].members.size(), 2U);
    EXPECT_EQ(to[1].members[1].name, "Retries");
    EXPECT_TRUE(to[1].members[1].members.empty());
    EXPECT_EQ(model.properties[2].members.size(), 2U);
}

}  // namespace
}  // namespace millrace::ports
