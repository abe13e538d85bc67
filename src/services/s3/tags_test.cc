#include "services/s3/tags.h"

#include <gtest/gtest.h>

#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

TEST(Tags, ThoseOfAwsAreNotToldInTheLimit) {
    constexpr std::size_t kOfTheStack = 3;
    std::vector<api::s3::Tag> tags;
    for (std::size_t i = 0; i < kBucketTagsMax + kOfTheStack; ++i)
        tags.push_back({.key = "k" + std::to_string(i), .value = "v"});
    EXPECT_TRUE(to_tags(tags, kBucketTagsMax, kOfTheStack));
    tags.push_back({.key = "more", .value = "v"});
    const auto refused = to_tags(tags, kBucketTagsMax, kOfTheStack);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Object tags cannot be greater than 50");
}

}  // namespace
}  // namespace millrace::s3
