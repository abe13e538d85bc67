#include "services/sqs/record.h"

#include <gmock/gmock.h>

namespace millrace::sqs {
namespace {

using storage::Offset;

std::string encoded(const Record& record) {
    std::string out;
    append_record(out, record);
    return out;
}

SendRecord sample() {
    return {.message_id = "6f1c6f3e-2d3a-4b58-9d6a-2f6c0a3f9d11",
            .sent = from_millis(1'700'000'000'123),
            .delay = Seconds{7},
            .sender_id = "AIDAEXAMPLE",
            .body_md5 = "5d41402abc4b2a76b9719d911017c592",
            .trace_header = "Root=1-5759e988-bd862e3fe1be46a994272793",
            .group_id = "tenant-1",
            .dead_letter_source = "arn:aws:sqs:us-east-1:000000000000:source",
            .body = "hello"};
}

TEST(Record, SendComesBackAsWritten) {
    const std::string attributes =
        encode_attributes({{"kind", {"String", "mill"}}, {"raw", {"Binary", {"\0\xff", 2}}}});
    SendRecord send = sample();
    send.attributes = attributes;
    const std::string payload = encoded(send);
    const auto record = parse_record(payload);
    ASSERT_TRUE(record);
    const auto& back = std::get<SendRecord>(*record);
    EXPECT_EQ(back.message_id, send.message_id);
    EXPECT_EQ(back.sent, send.sent);
    EXPECT_EQ(back.delay, send.delay);
    EXPECT_EQ(back.sender_id, send.sender_id);
    EXPECT_EQ(back.body_md5, send.body_md5);
    EXPECT_EQ(back.trace_header, send.trace_header);
    EXPECT_EQ(back.group_id, send.group_id);
    EXPECT_EQ(back.dead_letter_source, send.dead_letter_source);
    EXPECT_EQ(back.body, "hello");
    const auto parsed = parse_attributes(back.attributes);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->at("raw"), (MessageAttribute{"Binary", {"\0\xff", 2}}));
    EXPECT_EQ(parsed->at("kind"), (MessageAttribute{"String", "mill"}));
}

TEST(Record, DeleteAndPurgeComeBackAsWritten) {
    const auto deletion = parse_record(encoded(DeleteRecord{{Offset{3}, Offset{1ull << 40}}}));
    ASSERT_TRUE(deletion);
    EXPECT_THAT(std::get<DeleteRecord>(*deletion).offsets,
                testing::ElementsAre(Offset{3}, Offset{1ull << 40}));
    const auto purge = parse_record(encoded(PurgeRecord{}));
    ASSERT_TRUE(purge);
    EXPECT_TRUE(std::holds_alternative<PurgeRecord>(*purge));
}

// Written once by hand: a later version of the code must still read it.
TEST(Record, GoldenDelete) {
    const std::string_view golden("\x01\x02\x01\x00\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00", 14);
    EXPECT_EQ(encoded(DeleteRecord{{Offset{42}}}), golden);
}

TEST(Record, EveryCutIsCorruption) {
    for (const std::string& whole : {encoded(sample()), encoded(DeleteRecord{{Offset{1}, Offset{2}}})}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto record = parse_record(std::string_view(whole).substr(0, size));
            ASSERT_FALSE(record) << size;
            EXPECT_EQ(record.error().code, ErrorCode::kCorruption);
        }
        EXPECT_FALSE(parse_record(whole + "x"));
    }
}

TEST(Record, UnknownVersionAndKindAreRefused) {
    EXPECT_FALSE(parse_record(std::string_view("\x02\x03", 2)));
    EXPECT_FALSE(parse_record(std::string_view("\x01\x09", 2)));
}

TEST(Record, NoAttributesTakeNoSpace) {
    EXPECT_EQ(encode_attributes({}), "");
    EXPECT_TRUE(parse_attributes("")->empty());
    EXPECT_FALSE(parse_attributes("xyz"));
}

}  // namespace
}  // namespace millrace::sqs
