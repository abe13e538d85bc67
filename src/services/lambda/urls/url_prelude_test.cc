#include "services/lambda/urls/url_prelude.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

using State = UrlPrelude::State;
const std::string kNuls(8, '\0');

TEST(UrlPrelude, IsReadHoweverItIsCut) {
    const std::string bytes =
        R"({"statusCode":201,"headers":{"X-A":"b"},"cookies":["c=d"]})" + kNuls + "body";
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        UrlPrelude prelude;
        State state = prelude.feed(std::string_view(bytes).substr(0, cut));
        std::string rest(state == State::kDone ? bytes.substr(cut) : "");
        if (state == State::kNeedMore) state = prelude.feed(std::string_view(bytes).substr(cut));
        ASSERT_EQ(state, State::kDone) << cut;
        EXPECT_EQ(std::string(prelude.rest()) + rest, "body");
        EXPECT_EQ(prelude.head().status, 201);
        EXPECT_EQ(prelude.head().headers.get("x-a"), "b");
        EXPECT_EQ(prelude.head().headers.get("set-cookie"), "c=d");
    }
}

TEST(UrlPrelude, WithoutAStatusItIs200) {
    UrlPrelude prelude;
    EXPECT_EQ(prelude.feed("{}" + kNuls), State::kDone);
    EXPECT_EQ(prelude.head().status, 200);
    EXPECT_EQ(prelude.rest(), "");
}

TEST(UrlPrelude, ThatSaysNoResponseFails) {
    for (const std::string& bad : {std::string("[]"), std::string("no"), std::string(R"({"statusCode":7})"),
                                   std::string(R"({"headers":{"a":"b\r\nc: d"}})")}) {
        UrlPrelude prelude;
        EXPECT_EQ(prelude.feed(bad + kNuls), State::kFailed) << bad;
    }
}

TEST(UrlPrelude, HasABound) {
    const auto feed = [](std::size_t bytes) {
        UrlPrelude prelude;
        return prelude.feed("{}" + std::string(bytes - 2, ' ') + kNuls);
    };
    EXPECT_EQ(feed(kPreludeBytesMax), State::kDone);
    EXPECT_EQ(feed(kPreludeBytesMax + 1), State::kFailed);
    UrlPrelude endless;
    EXPECT_EQ(endless.feed(std::string(kPreludeBytesMax + 7, ' ')), State::kNeedMore);
    EXPECT_EQ(endless.feed(" "), State::kFailed);
}

}  // namespace
}  // namespace millrace::lambda
