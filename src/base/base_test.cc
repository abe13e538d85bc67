#include <gtest/gtest.h>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/ascii.h"
#include "base/crc32c.h"
#include "base/line_writer.h"
#include "base/log.h"
#include "base/manual_executor.h"
#include "base/number.h"
#include "base/random.h"
#include "base/utf8.h"

namespace millrace {
namespace {

// RFC 3720, section B.4.
TEST(Number, TakesTheWholeTextOrNothing) {
    EXPECT_EQ(parse_number<int>("42"), 42);
    EXPECT_EQ(parse_number<int>("-42"), -42);
    EXPECT_EQ(parse_number<std::uint8_t>("255"), 255);
    EXPECT_EQ(parse_number<std::uint32_t>("ff", 16), 255U);
    EXPECT_EQ(parse_number<double>("2.5"), 2.5);
    for (const std::string_view text :
         {"", " 1", "1 ", "+1", "1x", "x", "1.5", "0x1", "99999999999999999999"})
        EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
    EXPECT_EQ(parse_number<std::uint8_t>("256"), std::nullopt);
    EXPECT_EQ(parse_number<std::uint32_t>("-1"), std::nullopt);
}

TEST(Ascii, IgnoresTheCaseOfItsLettersOnly) {
    EXPECT_EQ(to_lower("Content-Type: \xC3\x84Z["), "content-type: \xC3\x84z[");
    EXPECT_TRUE(equal_ignoring_case("AbC", "aBc"));
    EXPECT_FALSE(equal_ignoring_case("abc", "abcd"));
    EXPECT_FALSE(equal_ignoring_case("@", "`")) << "they differ by what letters differ by";
    EXPECT_TRUE(starts_with_ignoring_case("X-Amz-Date", "x-amz-"));
    EXPECT_FALSE(starts_with_ignoring_case("x-am", "x-amz-"));
}

TEST(Crc32c, VectorsOfRfc3720) {
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43u);
    std::string ascending;
    for (int i = 0; i < 32; ++i) ascending += static_cast<char>(i);
    EXPECT_EQ(crc32c(ascending), 0x46DD794Eu);
}

TEST(Crc32c, AnySplitGivesTheSameSum) {
    const std::string text = "the mill turns while the stream runs, whatever the weather";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::string_view view = text;
        EXPECT_EQ(crc32c(view.substr(cut), crc32c(view.substr(0, cut))), crc32c(view));
    }
}

// Bit by bit, as the RFC defines it.
std::uint32_t crc32c_by_bits(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0);
    }
    return ~crc;
}

TEST(Crc32c, EveryLengthAndPlaceGivesTheSumOfItsBits) {
    SeededRandom random{1};
    std::string bytes(1200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    for (std::size_t length = 0; length < 1100; ++length) {
        const std::string_view part = std::string_view{bytes}.substr(length % 67, length);
        ASSERT_EQ(crc32c(part), crc32c_by_bits(part)) << length;
        const std::size_t cut = length / 3;
        ASSERT_EQ(crc32c(part.substr(cut), crc32c(part.substr(0, cut))), crc32c_by_bits(part)) << length;
    }
}

TEST(Utf8, RefusesOverlongFormsAndSurrogates) {
    EXPECT_TRUE(is_utf8("Mühlgraben \xF0\x9F\x8C\x8A"));
    EXPECT_EQ(utf8_length("Mühl"), 4u);
    EXPECT_FALSE(is_utf8("\xC0\x80"));
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
    EXPECT_FALSE(is_utf8("\xE2\x82"));
}

TEST(Log, JsonStringEscapesAByteWhereverItStands) {
    constexpr std::size_t kLength = 18;  // two words of eight, and some
    for (int c = 0; c < 0x100; ++c) {
        std::string alone;
        append_json_string(alone, std::string(1, static_cast<char>(c)));
        for (std::size_t at = 0; at < kLength; ++at) {
            std::string text(kLength, 'a');
            text[at] = static_cast<char>(c);
            std::string out;
            append_json_string(out, text);
            EXPECT_EQ(out, '"' + std::string(at, 'a') + alone.substr(1, alone.size() - 2) +
                               std::string(kLength - at - 1, 'a') + '"');
        }
    }
}

TEST(Log, JsonStringEscapesControlsAndReplacesBadBytes) {
    std::string out;
    append_json_string(out, "a\"b\\\n\x01\xff\xC3\xA9");
    EXPECT_EQ(out, "\"a\\\"b\\\\\\n\\u0001\xEF\xBF\xBD\xC3\xA9\"");
}

TEST(Uuid, HasVersionFourAndDoesNotRepeat) {
    SystemRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = make_uuid(random);
        ASSERT_EQ(uuid.size(), 36u);
        EXPECT_EQ(uuid[14], '4');
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(LineWriter, WritesEverythingBeforeItGoesAndNeverWaitsForTheReader) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    std::string received;
    std::thread reader;
    {
        LineWriter writer{ends[1]};
        for (int i = 0; i < 50'000; ++i) writer.write(std::to_string(i));  // more than a pipe holds
        reader = std::thread([&] {
            char buffer[4096];
            for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
                received.append(buffer, static_cast<std::size_t>(n));
            }
        });
    }
    close(ends[1]);
    reader.join();
    close(ends[0]);
    EXPECT_TRUE(received.starts_with("0\n1\n2\n"));
    EXPECT_TRUE(received.ends_with("\n49999\n"));
}

TEST(LineWriter, LinesOfAMillisecondAreWrittenTogether) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);  // what is written at once is read at once
    constexpr int kLines = 300;
    const auto began = std::chrono::steady_clock::now();
    int writes = 0;
    std::string received;
    {
        LineWriter writer{ends[1]};
        for (int i = 0; i < kLines; ++i) {
            writer.write(std::to_string(i));
            std::this_thread::sleep_for(std::chrono::microseconds{50});  // the thread would have written it
        }
        std::string buffer(100'000, '\0');
        while (!received.ends_with(std::to_string(kLines - 1) + "\n")) {
            const ssize_t n = read(ends[0], buffer.data(), buffer.size());
            ASSERT_GT(n, 0);
            received.append(buffer, 0, static_cast<std::size_t>(n));
            ++writes;
        }
    }
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_LE(writes, took / LineWriter::kNap + 2) << "a nap behind each but the last";
    close(ends[0]);
    close(ends[1]);
}

TEST(ManualExecutor, EachTimerSeesTheTimeItWasSetFor) {
    ManualClock clock;
    ManualExecutor executor{clock};
    std::vector<std::int64_t> fired;
    const WallTime start = clock.now();
    for (const int after : {30, 10, 20}) {
        executor.run_at(clock.monotonic() + Milliseconds{after},
                        [&] { fired.push_back((clock.now() - start).count()); });
    }
    const TimerId cancelled =
        executor.run_at(clock.monotonic() + Milliseconds{15}, [&] { fired.push_back(-1); });
    executor.cancel(cancelled);
    executor.advance(Milliseconds{100});
    EXPECT_EQ(fired, (std::vector<std::int64_t>{10, 20, 30}));
}

}  // namespace
}  // namespace millrace
