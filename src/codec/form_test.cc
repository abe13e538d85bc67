#include "codec/form.h"

#include <gtest/gtest.h>

#include "codec/uri.h"

namespace millrace::codec {
namespace {

TEST(Form, KeepsOrderAndRepeats) {
    const auto form = parse_form("Action=SendMessage&Body=a+b%26%C3%A9&Empty=&Bare&&Body=2");
    ASSERT_TRUE(form);
    EXPECT_EQ(*form, (Form{{"Action", "SendMessage"},
                           {"Body", "a b&\xC3\xA9"},
                           {"Empty", ""},
                           {"Bare", ""},
                           {"Body", "2"}}));
    EXPECT_EQ(parse_form(""), Form{});
}

TEST(Form, RefusesBadPercentSigns) {
    for (const std::string_view text : {"a=%", "a=%4", "a=%4g", "%zz=1"})
        EXPECT_FALSE(parse_form(text)) << text;
}

TEST(Form, WhatIsWrittenIsReadBack) {
    const Form form{{"a b", "c+d&e=f"}, {"", "\r\n"}, {"x", ""}};
    EXPECT_EQ(format_form(form), "a%20b=c%2Bd%26e%3Df&=%0D%0A&x=");
    EXPECT_EQ(parse_form(format_form(form)), form);
}

TEST(Uri, EncodesAllButTheUnreserved) {
    EXPECT_EQ(percent_encode("aZ09-._~ /:%\xC3\xA9"), "aZ09-._~%20%2F%3A%25%C3%A9");
    EXPECT_EQ(percent_encode_path("/a b/c"), "/a%20b/c");
    EXPECT_EQ(percent_decode("a%2fb+c"), "a/b+c");
    EXPECT_FALSE(percent_decode("%2"));
}

TEST(Uri, SplitsAtTheFirstQuestionMark) {
    EXPECT_EQ(split_target("/a/b?c=d?e").path, "/a/b");
    EXPECT_EQ(split_target("/a/b?c=d?e").query, "c=d?e");
    EXPECT_EQ(split_target("/").query, "");
}

}  // namespace
}  // namespace millrace::codec
