#include "services/sqs/characters.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

TEST(Characters, Allowed) {
    for (const char* text : {"", "plain", "\t\n\r", " ~\x7f", "M\u00fchle \u20ac", "\uE000", "\uFFFD",
                             "\U00010000", "\U0010FFFF"}) {
        EXPECT_TRUE(has_only_allowed_characters(text)) << text;
    }
}

TEST(Characters, Refused) {
    for (const char* text :
         {"\x01", "a\x08", "\x0b", "\x0c", "\x1f", "\uFFFE", "\uFFFF", "\xff", "\xc3", "\xed\xa0\x80"}) {
        EXPECT_FALSE(has_only_allowed_characters(text));
    }
    EXPECT_FALSE(has_only_allowed_characters(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace millrace::sqs
