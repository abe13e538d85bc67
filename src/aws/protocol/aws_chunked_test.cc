#include "aws/protocol/aws_chunked.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace millrace::aws {
namespace {

http::Request chunked(std::string body, const char* coding = "aws-chunked") {
    http::Request request{.method = "PUT", .target = "/b/k", .headers = {}, .body = std::move(body)};
    request.headers.add("Content-Encoding", coding);
    return request;
}

std::string code_of(http::Request request) {
    const auto decoded = decode_aws_chunked(request);
    return decoded ? "" : decoded.error().code;
}

TEST(AwsChunked, JoinsChunksAndTakesTrailersAsHeaders) {
    http::Request request =
        chunked("5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n");
    ASSERT_TRUE(decode_aws_chunked(request));
    EXPECT_EQ(request.body, "hello world");
    EXPECT_EQ(request.headers.get("x-amz-checksum-crc32"), "DUoRhQ==");
    EXPECT_EQ(request.headers.find("Content-Encoding"), nullptr);
}

TEST(AwsChunked, SkipsSignatures) {
    http::Request request = chunked(
        "A;chunk-signature=ab12\r\n0123456789\r\n0;chunk-signature=cd\r\nx-amz-trailer-signature:ef\r\n\r\n");
    ASSERT_TRUE(decode_aws_chunked(request));
    EXPECT_EQ(request.body, "0123456789");
    EXPECT_EQ(request.headers.find("x-amz-trailer-signature"), nullptr);
}

TEST(AwsChunked, KeepsOtherCodingsAndTheDeclaredLength) {
    http::Request request = chunked("1\r\nx\r\n0\r\n\r\n", "gzip, aws-chunked");
    request.headers.add("x-amz-decoded-content-length", "1");
    ASSERT_TRUE(decode_aws_chunked(request));
    EXPECT_EQ(request.headers.get("Content-Encoding"), "gzip");
    http::Request wrong = chunked("1\r\nx\r\n0\r\n\r\n");
    wrong.headers.add("x-amz-decoded-content-length", "2");
    EXPECT_EQ(code_of(std::move(wrong)), "IncompleteBody");
}

TEST(AwsChunked, LeavesOtherBodiesAlone) {
    http::Request request{.method = "PUT", .target = "/b/k", .headers = {}, .body = "5\r\nhello\r\n"};
    ASSERT_TRUE(decode_aws_chunked(request));
    EXPECT_EQ(request.body, "5\r\nhello\r\n");
}

TEST(AwsChunked, RefusesWhatCannotBeRead) {
    EXPECT_EQ(code_of(chunked("")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked("5\r\nhell")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked("5\r\nhello")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked("5\r\nhelloX\r\n0\r\n\r\n")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked("5\r\nhello\r\n")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked("x\r\n")), "InvalidChunkSizeError");
    EXPECT_EQ(code_of(chunked("FFFFFFFFFFFFFFFFF\r\n")), "InvalidChunkSizeError");
    EXPECT_EQ(code_of(chunked("FFFFFFFFFFFFFFFF\r\nx\r\n")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked("0\r\nno colon\r\n\r\n")), "MalformedTrailerError");
    EXPECT_EQ(code_of(chunked("0\r\n\r\nmore")), "IncompleteBody");
    EXPECT_EQ(code_of(chunked(std::string(kAwsChunkLineBytesMax, '0') + "\r\n")), "IncompleteBody");
}

}  // namespace
}  // namespace millrace::aws
