#include "services/kinesis/record.h"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

std::string encoded(const RecordView& record) {
    std::string out;
    append_record(out, record);
    EXPECT_LE(out.size(), size_of(record) + kRecordOverheadBytesMax);
    return out;
}

TEST(Record, RoundTrips) {
    const std::string long_key(65'535, 'k');
    for (const RecordView& record :
         {RecordView{.partition_key = "key", .data = "data"}, RecordView{.partition_key = "", .data = ""},
          RecordView{.partition_key = "k", .explicit_hash_key = 0, .data = "x"},
          RecordView{.partition_key = "k", .explicit_hash_key = kHashKeyMax, .data = ""},
          RecordView{.partition_key = long_key, .data = std::string_view("\0\xff", 2)}}) {
        const std::string payload = encoded(record);
        const auto decoded = decode_record(payload);
        ASSERT_TRUE(decoded) << decoded.error().message;
        EXPECT_EQ(*decoded, record);
    }
}

TEST(Record, FormatIsFixed) {
    EXPECT_EQ(encoded({.partition_key = "ab", .data = "xyz"}), std::string("\x01\x00\x02\x00"
                                                                           "abxyz",
                                                                           9));
    EXPECT_EQ(encoded({.partition_key = "a", .explicit_hash_key = HashKey{2} << 64 | 1, .data = "x"}),
              std::string("\x01\x01\x01\x00"
                          "\x01\0\0\0\0\0\0\0"
                          "\x02\0\0\0\0\0\0\0"
                          "ax",
                          22));
}

TEST(Record, ExplicitHashKeyDecides) {
    EXPECT_TRUE(hash_key_of({.partition_key = "a", .explicit_hash_key = 7}) == 7);
    EXPECT_TRUE(hash_key_of({.partition_key = "a"}) == hash_partition_key("a"));
}

TEST(Record, DamageIsReported) {
    const std::string good = encoded({.partition_key = "ab", .explicit_hash_key = 1, .data = ""});
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto decoded = decode_record(std::string_view(good).substr(0, size));
        ASSERT_FALSE(decoded) << size;
        EXPECT_EQ(decoded.error().code, ErrorCode::kCorruption);
    }
    std::string other_version = good;
    other_version[0] = 2;
    EXPECT_FALSE(decode_record(other_version));
    std::string other_flags = good;
    other_flags[1] = 3;
    EXPECT_FALSE(decode_record(other_flags));
}

}  // namespace
}  // namespace millrace::kinesis
