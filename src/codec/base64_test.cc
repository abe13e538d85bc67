#include "codec/base64.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace millrace::codec {
namespace {

// RFC 4648, section 10.
TEST(Base64, VectorsOfRfc4648) {
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
    }
}

TEST(Base64, UrlSafeHasNoPaddingAndItsOwnDigits) {
    EXPECT_EQ(base64_encode("\xfb\xff", Base64Alphabet::kUrlSafe), "-_8");
    EXPECT_EQ(base64_decode("-_8", Base64Alphabet::kUrlSafe), "\xfb\xff");
    EXPECT_FALSE(base64_decode("-_8=", Base64Alphabet::kUrlSafe));
    EXPECT_FALSE(base64_decode("+/8", Base64Alphabet::kUrlSafe));
}

TEST(Base64, RefusesWhatItWouldNotWrite) {
    for (const std::string_view text : {"Zg", "Zg=", "Z", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", "Zm 9",
                                        "Z-_8", "Zg==Zg==", "Zm\xC3\xA9"}) {
        EXPECT_FALSE(base64_decode(text)) << text;
    }
}

TEST(Base64, AnyBytesComeBack) {
    SeededRandom random{7};
    for (std::size_t length = 0; length < 200; ++length) {
        std::string bytes;
        for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random.next());
        for (const auto alphabet : {Base64Alphabet::kStandard, Base64Alphabet::kUrlSafe}) {
            EXPECT_EQ(base64_decode(base64_encode(bytes, alphabet), alphabet), bytes);
        }
    }
}

}  // namespace
}  // namespace millrace::codec
