#include "services/sqs/record.h"

#include <gmock/gmock.h>

namespace millrace::sqs {
namespace {

const ReceiveState kReceives{.receive_count = 3,
                             .nonce = 0xdeadbeef,
                             .first_received = from_millis(1'700'000'001'000),
                             .received = from_millis(1'700'000'060'000),
                             .visible_at = from_millis(1'700'000'090'000)};

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
    const std::string payload = encode_record(send);
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

TEST(Record, MovedComesBackAsWritten) {
    const std::string payload = encode_record(MovedRecord{MessageNumber{7}, kReceives, sample()});
    const auto record = parse_record(payload);
    ASSERT_TRUE(record);
    const auto& moved = std::get<MovedRecord>(*record);
    EXPECT_EQ(moved.message, MessageNumber{7});
    EXPECT_EQ(moved.receives, kReceives);
    EXPECT_EQ(encode_record(moved.content), encode_record(sample()));
    EXPECT_EQ(content_of(*record), &moved.content);
}

TEST(Record, ReceiveComesBackAsWritten) {
    const ReceiveRecord receive{{{MessageNumber{7}, kReceives}, {MessageNumber{1ull << 40}, {}}}};
    const auto record = parse_record(encode_record(receive));
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<ReceiveRecord>(*record).messages, receive.messages);
}

TEST(Record, ArrivedComesBackAsWritten) {
    const ArrivedRecord arrived{{storage::LogId{9}, MessageNumber{7}}, sample()};
    const std::string payload = encode_record(arrived);
    const auto record = parse_record(payload);
    ASSERT_TRUE(record);
    const auto& back = std::get<ArrivedRecord>(*record);
    EXPECT_EQ(back.origin, arrived.origin);
    EXPECT_EQ(encode_record(back.content), encode_record(sample()));
    EXPECT_EQ(content_of(*record), &back.content);
}

TEST(Record, WhatFifoQueuesAddComesBackAsWritten) {
    SendRecord send = sample();
    send.deduplication_id = "once";
    const std::string sent = encode_record(send);
    EXPECT_EQ(sent[0], 2) << "version";
    EXPECT_EQ(std::get<SendRecord>(*parse_record(sent)).deduplication_id, "once");
    const std::string moved = encode_record(MovedRecord{MessageNumber{7}, kReceives, send});
    EXPECT_EQ(std::get<MovedRecord>(*parse_record(moved)).content.deduplication_id, "once");
    const ReceiveRecord receive{{{MessageNumber{7}, kReceives}}, "attempt"};
    const std::string received = encode_record(receive);
    EXPECT_EQ(std::get<ReceiveRecord>(*parse_record(received)).attempt, "attempt");
}

TEST(Record, WhatADeadLetterHasBehindItComesBackAsWritten) {
    SendRecord content = sample();
    content.earlier = {.count = 3, .first = from_millis(1'700'000'001'000)};
    const std::string arrived = encode_record(ArrivedRecord{{storage::LogId{9}, MessageNumber{7}}, content});
    EXPECT_EQ(arrived[0], 3) << "version";
    EXPECT_EQ(content_of(*parse_record(arrived))->earlier, content.earlier);
    const std::string moved = encode_record(MovedRecord{MessageNumber{7}, kReceives, content});
    EXPECT_EQ(content_of(*parse_record(moved))->earlier, content.earlier);
}

TEST(Record, AVersionWithoutNeedIsRefused) {
    std::string payload = encode_record(sample());
    payload[0] = 2;
    EXPECT_FALSE(parse_record(payload + std::string(4, '\0'))) << "an empty MessageDeduplicationId";
    payload = encode_record(DeleteRecord{{MessageNumber{1}}});
    payload[0] = 2;
    EXPECT_FALSE(parse_record(payload));
    payload[0] = 3;
    EXPECT_FALSE(parse_record(payload));
}

TEST(Record, GoldenDeadLetter) {
    const std::string_view golden(
        "\x03\x06\x09\x00\x00\x00\x00\x00\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00"  // log, message
        "\x7b\x68\xe5\xcf\x8b\x01\x00\x00\x05\x00\x00\x00"                          // sent, delay
        "\x01\x00\x00\x00m\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00hi"
        "\x00\x00\x00\x00\x03\x00\x00\x00\xe8\x6b\xe5\xcf\x8b\x01\x00\x00",  // no id; count, first
        81);
    const SendRecord content{.message_id = "m",
                             .sent = from_millis(1'700'000'000'123),
                             .delay = Seconds{5},
                             .body = "hi",
                             .earlier = {.count = 3, .first = from_millis(1'700'000'001'000)}};
    EXPECT_EQ(encode_record(ArrivedRecord{{storage::LogId{9}, MessageNumber{42}}, content}), golden);
}

TEST(Record, GoldenArrived) {
    const std::string_view golden(
        "\x02\x06\x09\x00\x00\x00\x00\x00\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00"  // log, message
        "\x7b\x68\xe5\xcf\x8b\x01\x00\x00\x05\x00\x00\x00"                          // sent, delay
        "\x01\x00\x00\x00m\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00hi"
        "\x01\x00\x00\x00\x64",
        70);
    const SendRecord content{.message_id = "m",
                             .sent = from_millis(1'700'000'000'123),
                             .delay = Seconds{5},
                             .body = "hi",
                             .deduplication_id = "d"};
    EXPECT_EQ(encode_record(ArrivedRecord{{storage::LogId{9}, MessageNumber{42}}, content}), golden);
}

TEST(Record, ContentIsWhatSendAndMovedBring) {
    const Record send = sample();
    EXPECT_EQ(content_of(send), &std::get<SendRecord>(send));
    EXPECT_EQ(content_of(DeleteRecord{}), nullptr);
    EXPECT_EQ(content_of(PurgeRecord{}), nullptr);
    EXPECT_EQ(content_of(ReceiveRecord{}), nullptr);
}

TEST(Record, DeleteAndPurgeComeBackAsWritten) {
    const auto deletion =
        parse_record(encode_record(DeleteRecord{{MessageNumber{3}, MessageNumber{1ull << 40}}}));
    ASSERT_TRUE(deletion);
    EXPECT_THAT(std::get<DeleteRecord>(*deletion).messages,
                testing::ElementsAre(MessageNumber{3}, MessageNumber{1ull << 40}));
    const auto purge = parse_record(encode_record(PurgeRecord{}));
    ASSERT_TRUE(purge);
    EXPECT_TRUE(std::holds_alternative<PurgeRecord>(*purge));
}

// Written once by hand: a later version of the code must still read it.
TEST(Record, GoldenDelete) {
    const std::string_view golden("\x01\x02\x01\x00\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00", 14);
    EXPECT_EQ(encode_record(DeleteRecord{{MessageNumber{42}}}), golden);
}

TEST(Record, GoldenMoved) {
    const std::string_view golden(
        "\x01\x04\x2a\x00\x00\x00\x00\x00\x00\x00"                          // version, kind, message
        "\x03\x00\x00\x00\xef\xbe\xad\xde\xe8\x6b\xe5\xcf\x8b\x01\x00\x00"  // count, nonce, first
        "\x60\x52\xe6\xcf\x8b\x01\x00\x00\x90\xc7\xe6\xcf\x8b\x01\x00\x00"  // received, visible
        "\x7b\x68\xe5\xcf\x8b\x01\x00\x00\x05\x00\x00\x00"                  // sent, delay
        "\x01\x00\x00\x00m\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00hi",
        89);
    const SendRecord content{
        .message_id = "m", .sent = from_millis(1'700'000'000'123), .delay = Seconds{5}, .body = "hi"};
    EXPECT_EQ(encode_record(MovedRecord{MessageNumber{42}, kReceives, content}), golden);
}

TEST(Record, GoldenReceive) {
    const std::string_view golden(
        "\x01\x05\x01\x00\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00"  // version, kind, how many, message
        "\x03\x00\x00\x00\xef\xbe\xad\xde\xe8\x6b\xe5\xcf\x8b\x01\x00\x00"   // count, nonce, first
        "\x60\x52\xe6\xcf\x8b\x01\x00\x00\x90\xc7\xe6\xcf\x8b\x01\x00\x00",  // received, visible
        46);
    EXPECT_EQ(encode_record(ReceiveRecord{{{MessageNumber{42}, kReceives}}}), golden);
}

TEST(Record, EveryCutIsCorruption) {
    for (const std::string& whole :
         {encode_record(sample()), encode_record(DeleteRecord{{MessageNumber{1}, MessageNumber{2}}}),
          encode_record(MovedRecord{MessageNumber{1}, kReceives, sample()}),
          encode_record(ArrivedRecord{{storage::LogId{1}, MessageNumber{1}}, sample()}),
          encode_record(ReceiveRecord{{{MessageNumber{1}, kReceives}, {MessageNumber{2}, {}}}})}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto record = parse_record(std::string_view(whole).substr(0, size));
            ASSERT_FALSE(record) << size;
            EXPECT_EQ(record.error().code, ErrorCode::kCorruption);
        }
        EXPECT_FALSE(parse_record(whole + "x"));
    }
}

TEST(Record, UnknownVersionAndKindAreRefused) {
    EXPECT_FALSE(parse_record(std::string_view("\x04\x03", 2)));
    EXPECT_FALSE(parse_record(std::string_view("\x01\x09", 2)));
}

TEST(Record, NoAttributesTakeNoSpace) {
    EXPECT_EQ(encode_attributes({}), "");
    EXPECT_TRUE(parse_attributes("")->empty());
    EXPECT_FALSE(parse_attributes("xyz"));
}

}  // namespace
}  // namespace millrace::sqs
