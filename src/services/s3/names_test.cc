#include "services/s3/names.h"

#include <gtest/gtest.h>

namespace millrace::s3 {
namespace {

TEST(Names, OfBuckets) {
    for (const char* name : {"abc", "a-b.c", "1bucket", "a.b.c.d", "1.2.3.a"})
        EXPECT_TRUE(is_bucket_name(name)) << name;
    EXPECT_TRUE(is_bucket_name(std::string(63, 'a')));
    EXPECT_FALSE(is_bucket_name(std::string(64, 'a')));
    for (const char* name :
         {"", "ab", "Abc", "a_b", "-ab", "ab-", ".ab", "a..b", "1.2.3.4", "xn--abc", "abc-s3alias"})
        EXPECT_FALSE(is_bucket_name(name)) << name;
}

TEST(Names, OfKeys) {
    EXPECT_TRUE(check_key(std::string(1024, 'k')));
    EXPECT_EQ(check_key(std::string(1025, 'k')).error().code, "KeyTooLongError");
    EXPECT_EQ(check_key("\xff").error().code, "InvalidURI");
}

}  // namespace
}  // namespace millrace::s3
