#include "codec/checksum.h"

#include <gtest/gtest.h>

#include "codec/hex.h"

namespace millrace::codec {
namespace {

TEST(Checksum, HasTheKnownValues) {
    // The check values of the CRC catalogue; RFC 3174 and FIPS 180 for the others.
    const auto sum = [](ChecksumKind kind, std::string_view text) {
        return hex_encode(checksum(kind, text));
    };
    EXPECT_EQ(sum(ChecksumKind::kCrc32, "123456789"), "cbf43926");
    EXPECT_EQ(sum(ChecksumKind::kCrc32c, "123456789"), "e3069283");
    EXPECT_EQ(sum(ChecksumKind::kCrc64Nvme, "123456789"), "ae8b14860a799888");
    EXPECT_EQ(sum(ChecksumKind::kSha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(sum(ChecksumKind::kMd5, ""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(sum(ChecksumKind::kSha256, ""),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Checksum, SumsOfPartsJoinToTheSumOfTheWhole) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 7);
    for (const ChecksumKind kind : {ChecksumKind::kCrc32, ChecksumKind::kCrc32c, ChecksumKind::kCrc64Nvme}) {
        for (const std::size_t cut : {0, 1, 8, 63, 4096, 4999, 5000}) {
            const std::string_view all = text;
            EXPECT_EQ(join_checksums(kind, checksum(kind, all.substr(0, cut)),
                                     checksum(kind, all.substr(cut)), text.size() - cut),
                      checksum(kind, all))
                << checksum_name(kind) << " at " << cut;
        }
    }
}

TEST(Checksum, NamesAreFoundAgain) {
    for (const ChecksumKind kind : kChecksumKinds) EXPECT_EQ(find_checksum(checksum_title(kind)), kind);
    EXPECT_EQ(find_checksum("MD5"), std::nullopt);
    EXPECT_EQ(find_checksum("crc32"), std::nullopt);
}

}  // namespace
}  // namespace millrace::codec
