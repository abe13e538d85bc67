#include "answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Answer, FindsValuesWithAndWithoutSpaces) {
    EXPECT_EQ(find_value(R"({"A":"x","NextShardIterator":"AAB/="})", "NextShardIterator"), "AAB/=");
    EXPECT_EQ(find_value("{\"NextShardIterator\" :\n \"AAB\"}", "NextShardIterator"), "AAB");
    EXPECT_EQ(find_value(R"({"MillisBehindLatest": 12})", "MillisBehindLatest"), "12");
    EXPECT_EQ(find_value(R"({"A":"a\"b\\"})", "A"), R"(a\"b\\)");
    EXPECT_EQ(find_value(R"({"Other":1})", "A"), "");
    EXPECT_EQ(find_value(R"({"A":"cut o)", "A"), "");
    EXPECT_EQ(find_value(R"({"A":)", "A"), "");
    EXPECT_EQ(find_value("", "A"), "");
}

TEST(Answer, TakesNoStringForAName) {
    EXPECT_EQ(find_value(R"({"B":"\"A\":1","A":2})", "A"), "2");
    EXPECT_EQ(find_value(R"(["A",{"A":3}])", "A"), "3");
}

TEST(Answer, FindsAll) {
    constexpr std::string_view kJson =
        R"({"Messages":[{"ReceiptHandle":"a"},{"Body":"{\"ReceiptHandle\":1}","ReceiptHandle": "b"}]})";
    EXPECT_THAT(find_values(kJson, "ReceiptHandle"), ElementsAre("a", "b"));
    EXPECT_EQ(count_names(kJson, "ReceiptHandle"), 2);
    EXPECT_EQ(count_names(kJson, "MessageId"), 0);
}

TEST(Answer, KnowsWhatSaysThatSomethingFailed) {
    EXPECT_FALSE(is_set(R"({"FailedRecordCount": 0,"Records":[]})", "FailedRecordCount"));
    EXPECT_TRUE(is_set(R"({"FailedRecordCount":17})", "FailedRecordCount"));
    EXPECT_FALSE(is_set(R"({"Failed":[ ]})", "Failed"));
    EXPECT_FALSE(is_set(R"({"Failed":null})", "Failed"));
    EXPECT_TRUE(is_set(R"({"Failed":[{"Id":"1"}]})", "Failed"));
    EXPECT_FALSE(is_set(R"({"Successful":[]})", "Failed"));
}

TEST(Answer, ReadsTheXmlOfTheQueryProtocol) {
    constexpr std::string_view kXml =
        "<?xml "
        "version=\"1.0\"?><R><Message><ReceiptHandle>a#1</ReceiptHandle><Body>{&quot;id&quot;:4}</Body></"
        "Message>"
        "<Message><ReceiptHandle>b</ReceiptHandle></Message></R>";
    EXPECT_EQ(find_value(kXml, "ReceiptHandle"), "a#1");
    EXPECT_THAT(find_values(kXml, "ReceiptHandle"), ElementsAre("a#1", "b"));
    EXPECT_EQ(count_names(kXml, "ReceiptHandle"), 2);
    EXPECT_FALSE(is_set(kXml, "BatchResultErrorEntry"));
    EXPECT_TRUE(is_set(kXml, "Body"));
    EXPECT_THAT(find_ids(kXml), ElementsAre(4));
    EXPECT_THAT(find_ids("<Body>{&#34;id&#34;:5}</Body>"), ElementsAre(5));
    EXPECT_EQ(find_value("\n  <R><ReceiptHandle>a</ReceiptHandle></R>", "ReceiptHandle"), "a");
    EXPECT_EQ(find_value("<ReceiptHandle>cut o", "ReceiptHandle"), "cut o");
}

TEST(Answer, FindsIds) {
    EXPECT_THAT(find_ids(R"({"Messages":[{"Body":"[{\"id\":7,\"pad\":\"x\"},{\"id\": 18}]"}]})"),
                ElementsAre(7, 18));
    EXPECT_THAT(find_ids(R"({"id":3,"Body":"{\"id\":"}")"), IsEmpty());
    EXPECT_THAT(find_ids(R"({"Body":"{\"id\":)"), IsEmpty());
}

}  // namespace
}  // namespace millrace::bench
