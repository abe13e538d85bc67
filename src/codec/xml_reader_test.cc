#include "codec/xml_reader.h"

#include <gtest/gtest.h>

namespace millrace::codec {
namespace {

std::string xml(std::string_view text) {
    const auto value = read_xml(text);
    return value ? to_json(*value) : value.error().message;
}

TEST(XmlReader, ElementsListsAndText) {
    EXPECT_EQ(xml("<A/>"), R"("")");
    EXPECT_EQ(xml("<?xml version=\"1.0\"?>\n<!-- x --><A xmlns=\"u\">t</A>\n"), R"("t")");
    EXPECT_EQ(xml("<A>\n  <B>1</B>\n  <C><D>2</D></C>\n</A>"), R"({"B":"1","C":{"D":"2"}})");
    EXPECT_EQ(xml("<A><L><member>1</member><member><B>2</B></member><member/></L></A>"),
              R"({"L":["1",{"B":"2"},""]})");
    EXPECT_EQ(xml("<A>&lt;&amp;&#x41;&#233;&#x1F600; &quot;&apos;&gt;</A>"), "\"<&Aé😀 \\\"'>\"");
    EXPECT_EQ(xml("<A>a<!-- b -->c</A>"), R"("ac")");
}

TEST(XmlReader, RefusesWhatIsMalformed) {
    for (const char* wrong :
         {"", "text", "<A>", "<A", "<A></B>", "<A></A", "<A/><B/>", "<!DOCTYPE A><A/>", "<A>&nope;</A>",
          "<A>&#xD800;</A>", "<A>&#1114112;</A>", "<A>&", "<>", "<A><!-- </A>", "<A/>x"}) {
        EXPECT_FALSE(read_xml(wrong)) << wrong;
    }
    std::string deep;
    for (int i = 0; i <= kXmlDepthMax; ++i) deep += "<a>";
    EXPECT_NE(xml(deep).find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace millrace::codec
