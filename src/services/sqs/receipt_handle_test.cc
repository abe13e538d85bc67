#include "services/sqs/receipt_handle.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

const ReceiptHandle kHandle{storage::LogId{77}, MessageNumber{1ull << 50}, 0xdeadbeef};

TEST(ReceiptHandle, ComesBackAsWritten) {
    EXPECT_EQ(parse_receipt_handle(encode_receipt_handle(kHandle)), kHandle);
}

TEST(ReceiptHandle, AnyOtherTextIsNone) {
    EXPECT_EQ(parse_receipt_handle(""), std::nullopt);
    EXPECT_EQ(parse_receipt_handle("garbage"), std::nullopt);
    EXPECT_EQ(parse_receipt_handle("AQEBwOHJSwLgisMDyCK1AFH5FUd9"), std::nullopt);
    const std::string good = encode_receipt_handle(kHandle);
    EXPECT_EQ(parse_receipt_handle(good + "A"), std::nullopt);
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = bad[at] == 'A' ? 'B' : 'A';
        EXPECT_EQ(parse_receipt_handle(bad), std::nullopt) << at;
    }
}

}  // namespace
}  // namespace millrace::sqs
