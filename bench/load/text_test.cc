#include "text.h"

#include <gtest/gtest.h>

#include "codec/base64.h"

namespace millrace::bench {
namespace {

std::string filled(std::string_view source, const Values& values, const Settings& settings = {}) {
    std::string out;
    const auto text = Text::parse(source, settings);
    if (!text) return "parse: " + text.error().message;
    const auto done = text->append_to(out, values);
    return done ? out : "fill: " + done.error().message;
}

TEST(Text, FillsItsPlaces) {
    const Settings captured{{"iterator", "AAA"}};
    const Values values{
        .number = 5, .id = 70, .index = 3, .user = 6, .item = "handle", .captured = &captured};
    EXPECT_EQ(filled("$(n),$(id),$(i),$(i1),$(user),$(value),$(iterator)", values), "5,70,3,4,6,handle,AAA");
    EXPECT_EQ(filled("a$(stream)b", values, {{"stream", "s"}}), "asb");
    EXPECT_EQ(filled("$(shard)", values, {{"shards", "4"}}), "shardId-000000000002");
    EXPECT_EQ(filled("$5 {}", values), "$5 {}");
    EXPECT_EQ(filled("", values), "");
}

TEST(Text, SizesItsFillers) {
    EXPECT_EQ(filled("$(text:100)", {}).size(), 100);
    EXPECT_EQ(codec::base64_decode(filled("$(base64:1024)", {}))->size(), 1024);
    const auto event = codec::base64_decode(filled("$(event:200)", {.id = 12}));
    EXPECT_EQ(event->size(), 200);
    EXPECT_TRUE(event->starts_with(R"({"id":12,"pad":")"));
    const std::string message = filled("$(message:200)", {.id = 12});
    EXPECT_TRUE(message.starts_with(R"({\"id\":12,)"));
    EXPECT_EQ(message.size(), 200 + 6);  // with a backslash before each quote
    EXPECT_EQ(filled("$(message:0)", {.id = 1}), R"({\"id\":1,\"pad\":\"\"})");
}

TEST(Text, RefusesWhatItCannotFill) {
    EXPECT_EQ(filled("$(n", {}), "parse: \"$(\" without \")\"");
    EXPECT_EQ(filled("$(text:many)", {}), "parse: \"many\" is not a number of bytes");
    EXPECT_EQ(filled("$(text:16000001)", {}), "parse: \"16000001\" is not a number of bytes");
    EXPECT_EQ(filled("$(text:16000000)", {}).size(), 16000000);
    EXPECT_EQ(filled("$(word:5)", {}), "parse: $(word:5) is nothing known");
    EXPECT_EQ(filled("$(iterator)", {}), "fill: nothing says what $(iterator) is");
}

TEST(Text, KnowsWhetherItMayBeMadeBefore) {
    EXPECT_TRUE(Text::parse("a$(stream)", {{"stream", "s"}})->constant());
    EXPECT_FALSE(Text::parse("$(n)", {})->constant());
    EXPECT_FALSE(Text::parse("$(n)", {})->uses_captured());
    EXPECT_TRUE(Text::parse("$(iterator)", {})->uses_captured());
}

}  // namespace
}  // namespace millrace::bench
