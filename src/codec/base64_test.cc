#include "codec/base64.h"

#include <algorithm>
#include <cctype>
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

TEST(Base64, EveryCharacterIsTakenOrRefusedAtEveryPlaceOfALongText) {
    const std::string text(96, 'A');
    for (std::size_t place = 0; place < text.size() - 1; ++place) {  // padding may stand at the last
        for (int character = 0; character < 256; ++character) {
            std::string changed = text;
            changed[place] = static_cast<char>(character);
            const bool digit =
                character < 128 && (std::isalnum(character) != 0 || character == '+' || character == '/');
            const auto bytes = base64_decode(changed);
            ASSERT_EQ(bytes.has_value(), digit) << character << " at " << place;
            if (digit) ASSERT_EQ(base64_encode(*bytes), changed);
        }
    }
}

// The url-safe alphabet is coded by tables alone, and differs in two digits.
TEST(Base64, LongTextsAreThoseOfTheTables) {
    SeededRandom random{8};
    std::string bytes;
    for (std::size_t length = 0; length < 300; ++length) {
        std::string expected = base64_encode(bytes, Base64Alphabet::kUrlSafe);
        std::ranges::replace(expected, '-', '+');
        std::ranges::replace(expected, '_', '/');
        expected.append((4 - expected.size() % 4) % 4, '=');
        EXPECT_EQ(base64_encode(bytes), expected);
        bytes += static_cast<char>(random.next());
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
