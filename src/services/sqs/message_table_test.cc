#include "services/sqs/message_table.h"

#include <gtest/gtest.h>
#include <map>

#include "base/random.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

std::vector<std::uint64_t> offsets(const MessageTable& table) {
    std::vector<std::uint64_t> found;
    table.each([&](const StoredMessage& message) {
        found.push_back(message.offset.value());
        return true;
    });
    return found;
}

TEST(MessageTable, DetailsAreMadeWhenThereIsSomethingToSay) {
    MessageTable table;
    StoredMessage& message = table.add({.offset = Offset{7}});
    EXPECT_EQ(table.number(message), MessageNumber{7});
    EXPECT_EQ(table.details(std::as_const(message)).receive_count, 0u);
    EXPECT_EQ(message.details, 0u);
    table.details(message).receive_count = 3;
    EXPECT_EQ(table.details(std::as_const(message)).receive_count, 3u);
    const auto place = message.details;
    table.erase(message);
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(table.details(table.add({.offset = Offset{8}})).receive_count, 0u);
    EXPECT_EQ(table.front().details, place) << "used again, empty";
}

TEST(MessageTable, AMessageThatMovesKeepsItsNumberAndDetails) {
    MessageTable table;
    for (const std::uint64_t offset : {1, 2, 3}) table.add({.offset = Offset{offset}});
    table.details(*table.find(Offset{1})).nonce = 9;
    const StoredMessage& moved = table.move_last(*table.find(Offset{1}), Offset{4});
    EXPECT_EQ(table.number(moved), MessageNumber{1});
    EXPECT_EQ(table.details(moved).nonce, 9u);
    EXPECT_EQ(offsets(table), (std::vector<std::uint64_t>{2, 3, 4}));
    EXPECT_EQ(table.find(Offset{1}), nullptr);
}

// Beside a map, through additions, erasures anywhere and moves.
TEST(MessageTable, HoldsWhatAMapHolds) {
    SeededRandom random(5);
    MessageTable table;
    std::map<std::uint64_t, std::uint64_t> model;  // offset, number
    std::uint64_t next = 0;
    for (int step = 0; step < 100'000; ++step) {
        const bool grows = step / 20'000 % 2 == 0;
        next += 1 + random.next() % 3;
        if (random.next() % 10 < (grows ? 7u : 3u)) {
            table.add({.offset = Offset{next}});
            model[next] = next;
        } else if (!model.empty()) {
            auto at = random.next() % 3 == 0 ? model.begin() : model.lower_bound(random.next() % next);
            if (at == model.end()) at = model.begin();
            StoredMessage* message = table.find(Offset{at->first});
            ASSERT_NE(message, nullptr);
            ASSERT_EQ(table.number(*message).value(), at->second);
            if (random.next() % 8 == 0) {
                table.move_last(*message, Offset{next});
                model[next] = at->second;
            } else {
                table.erase(*message);
            }
            model.erase(at);
        }
        ASSERT_EQ(table.size(), model.size());
        ASSERT_EQ(table.empty(), model.empty());
        if (!model.empty()) ASSERT_EQ(table.front().offset.value(), model.begin()->first);
        if (step % 5'000 == 0) {
            std::vector<std::uint64_t> expected;
            for (const auto& [offset, number] : model) expected.push_back(offset);
            ASSERT_EQ(offsets(table), expected);
        }
    }
    table.clear();
    EXPECT_TRUE(table.empty());
}

}  // namespace
}  // namespace millrace::sqs
