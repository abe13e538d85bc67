#include "codec/xml.h"

#include <gtest/gtest.h>

namespace millrace::codec {
namespace {

TEST(XmlWriter, NestsAndEscapes) {
    std::string out;
    XmlWriter{out}
        .begin("R", "http://x/?a&b")
        .begin("S")
        .element("N", "a<b>&\"'\r\n\tM\xC3\xBChle")
        .element("E", "")
        .end()
        .end();
    EXPECT_EQ(out,
              "<R "
              "xmlns=\"http://x/?a&amp;b\"><S><N>a&lt;b&gt;&amp;&quot;&apos;&#xD;\n\tM\xC3\xBChle</N><E></"
              "E></S></R>");
}

TEST(XmlWriter, AnElementWithoutAnythingInItIsShort) {
    std::string out;
    XmlWriter{out}
        .begin("R", "x")
        .begin("S")
        .begin("T")
        .end()
        .end()
        .begin("U")
        .text("")
        .end()
        .begin("V")
        .end()
        .end();
    EXPECT_EQ(out, "<R xmlns=\"x\"><S><T/></S><U></U><V/></R>");
}

TEST(XmlWriter, WhatXmlCannotHoldIsReplaced) {
    std::string out;
    XmlWriter{out}.text(std::string("a\0b\x1f\xff\xEF\xBF\xBF\x7f", 9));
    const std::string mark = "\xEF\xBF\xBD";
    EXPECT_EQ(out, "a" + mark + "b" + mark + mark + mark + "\x7f");
}

TEST(XmlText, FollowsTheCharacterClass) {
    EXPECT_TRUE(is_xml_text("a\t\r\n\xF0\x9F\x8C\x8A"));
    EXPECT_FALSE(is_xml_text("\x01"));
    EXPECT_FALSE(is_xml_text("\xEF\xBF\xBE"));
    EXPECT_FALSE(is_xml_text("\xED\xA0\x80"));
}

}  // namespace
}  // namespace millrace::codec
