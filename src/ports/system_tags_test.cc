#include "ports/system_tags.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace millrace::ports {
namespace {

TEST(SystemTags, BeginWithAwsInAnyCaseAndDoNotCount) {
    EXPECT_TRUE(is_system_tag("aws:cloudformation:stack-name"));
    EXPECT_TRUE(is_system_tag("AWS:x"));
    EXPECT_FALSE(is_system_tag("awsome"));
    EXPECT_FALSE(is_system_tag("my:aws:"));
    EXPECT_TRUE(has_system_tag(std::vector<std::string>{"a", "aws:b"}));
    EXPECT_FALSE(has_system_tag(TagMap{{"a", "aws:"}}));
    EXPECT_EQ(count_own_tags({{"a", ""}, {"aws:b", ""}, {"c", ""}}), 2U);
}

TEST(SystemTags, TellTheStackAndAreNoDrift) {
    TagMap tags{{"a", "b"}};
    add_stack_tags({.logical_id = "Queue", .stack_name = "app", .stack_id = "arn:app"}, tags);
    EXPECT_EQ(tags, (TagMap{{"a", "b"},
                            {"aws:cloudformation:logical-id", "Queue"},
                            {"aws:cloudformation:stack-id", "arn:app"},
                            {"aws:cloudformation:stack-name", "app"}}));

    auto live = boost::json::parse(R"({"Tags":[{"Key":"aws:x","Value":"1"},{"Key":"a","Value":"b"}]})");
    drop_system_tags(live.as_object());
    EXPECT_EQ(live, boost::json::parse(R"({"Tags":[{"Key":"a","Value":"b"}]})"));
    boost::json::object without{{"Tags", nullptr}};
    drop_system_tags(without);
    EXPECT_EQ(without, (boost::json::object{{"Tags", nullptr}}));
}

}  // namespace
}  // namespace millrace::ports
