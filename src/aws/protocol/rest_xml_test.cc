#include "aws/protocol/rest_xml.h"

#include <gtest/gtest.h>
#include <utility>

#include "api/s3.h"

namespace millrace::aws {
namespace {

template <class Op>
Outcome<typename Op::Input> decode(http::Request request, const PathLabels& labels,
                                   const codec::Form& query = {}) {
    typename Op::Input input{};
    Violations violations;
    auto done = decode_rest_xml(request, labels, query, *Op::model().input, &input, violations);
    if (!done) return std::unexpected(std::move(done.error()));
    return input;
}

http::Request with_body(std::string body) {
    return {.method = "POST", .target = "/", .headers = {}, .body = std::move(body)};
}

TEST(RestXml, ReadsFlattenedListsAndAttributesOfTheNamespace) {
    const auto input = decode<api::s3::DeleteObjects>(
        with_body("<?xml version=\"1.0\"?><Delete "
                  "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&amp;b"
                  "</Key></Object><Object><Key>c</Key><VersionId>v</VersionId></Object><Quiet>true</Quiet></"
                  "Delete>"),
        {{"Bucket", "b"}});
    ASSERT_TRUE(input) << input.error().message;
    ASSERT_EQ(input->delete_.objects.size(), 2);
    EXPECT_EQ(input->delete_.objects[0].key, "a&b");
    EXPECT_EQ(input->delete_.objects[1].version_id, "v");
    EXPECT_EQ(input->delete_.quiet, true);
}

TEST(RestXml, RefusesElementsThatItDoesNotKnow) {
    for (const char* body :
         {"<Delete><Object><Key>a</Key><Secret>x</Secret></Object></Delete>", "<Delete>text</Delete>",
          "<Delete><Object></Object></Delete>", "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>",
          "<Delete><Object><Key>a</Key></Object><Quiet>perhaps</Quiet></Delete>", "<Delete>", "no XML"}) {
        const auto input = decode<api::s3::DeleteObjects>(with_body(body), {{"Bucket", "b"}});
        ASSERT_FALSE(input) << body;
        EXPECT_EQ(input.error().code, "MalformedXML") << body;
    }
}

TEST(RestXml, VerifiesWhatIsSaidOfABody) {
    http::Request request = with_body("<Tagging><TagSet/></Tagging>");
    request.headers.add("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==");
    const auto input = decode<api::s3::PutBucketTagging>(std::move(request), {{"Bucket", "b"}});
    ASSERT_FALSE(input);
    EXPECT_EQ(input.error().code, "BadDigest");
}

TEST(RestXml, RefusesHeadersThatItDoesNotKnow) {
    http::Request request{.method = "PUT", .target = "/b/k", .headers = {}, .body = "x"};
    request.headers.add("X-Amz-Object-Lock-Mode", "GOVERNANCE");
    const auto refused = decode<api::s3::PutObject>(std::move(request), {{"Bucket", "b"}, {"Key", "k"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "NotImplemented");
    EXPECT_EQ(refused.error().details.at("Header"), "X-Amz-Object-Lock-Mode");
}

TEST(RestXml, CollectsHeadersOfAPrefixInLowerCase) {
    http::Request request{.method = "PUT", .target = "/b/k", .headers = {}, .body = "x"};
    request.headers.add("X-Amz-Meta-Colour", "Blue");
    request.headers.add("x-amz-meta-colour", "green");
    request.headers.add("x-amz-date", "20260101T000000Z");
    const auto input = decode<api::s3::PutObject>(std::move(request), {{"Bucket", "b"}, {"Key", "k"}});
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ(input->metadata.value(), (std::map<std::string, std::string>{{"colour", "Blue,green"}}));
    EXPECT_EQ(input->body, "x");
}

TEST(RestXml, WritesDocumentsHeadersAndTheRootThatIsAMember) {
    api::s3::ListObjectsV2Output output;
    output.name = "b";
    output.contents.emplace().push_back({.key = "k", .size = 3});
    EXPECT_EQ(
        encode_rest_xml(api::s3::ListObjectsV2::model(), &output).body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
        "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Contents><Key>k</Key><Size>3</Size></Contents>"
        "<Name>b</Name></ListBucketResult>");
    const api::s3::GetBucketLocationOutput location{.location_constraint = "eu-west-1"};
    EXPECT_TRUE(encode_rest_xml(api::s3::GetBucketLocation::model(), &location)
                    .body.ends_with("2006-03-01/\">eu-west-1</LocationConstraint>"));
    api::s3::HeadObjectOutput head;
    head.metadata.emplace().emplace("a", "b");
    EXPECT_EQ(encode_rest_xml(api::s3::HeadObject::model(), &head).headers.get("x-amz-meta-a"), "b");
}

TEST(RestXml, WritesErrorsUnderS3sNames) {
    const http::Response response = encode_rest_xml_error(
        {.code = "NoSuchKey", .message = "gone", .http_status = 404, .details = {{"Key", "a<b"}}}, "id");
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find("<Error><Code>NoSuchKey</Code><Message>gone</Message><Key>a&lt;b</Key>"
                                 "<RequestId>id</RequestId><HostId>"),
              std::string::npos)
        << response.body;
    EXPECT_EQ(encode_rest_xml_error({.code = "ThrottlingException", .message = ""}, "id").status, 503);
    EXPECT_EQ(encode_rest_xml_error({.code = "NotModified", .message = "", .http_status = 304}, "id").body,
              "");
}

}  // namespace
}  // namespace millrace::aws
