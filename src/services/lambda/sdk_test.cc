#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::HasSubstr;
using testing::ServiceTest;

constexpr const char* kClient = R"(
import boto3
def handler(event, context):
    client = boto3.client("sqs", **event)
    return client.meta.endpoint_url + " " + client.meta.region_name
)";

// The boto3 of Debian 12 does not know AWS_ENDPOINT_URL; whatever version is installed finds Millrace.
TEST_F(ServiceTest, Boto3ReachesMillraceWhateverItsVersion) {
    for (const std::string& path : {std::string("/usr/bin"), std::string(std::getenv("PATH"))}) {
        restart(path);
        create_local("f", "python3.11", "index.handler", {{"index.py", kClient}}, 30);
        const auto answer = invoke("f", "{}");
        if (answer.payload.find("No module named 'boto3'") == std::string::npos) {
            EXPECT_EQ(answer.payload, "\"http://127.0.0.1:4566 us-east-1\"");
            EXPECT_EQ(invoke("f", R"({"endpoint_url":"http://127.0.0.1:1"})").payload,
                      "\"http://127.0.0.1:1 us-east-1\"");
        }
        call("DeleteFunction", R"({"FunctionName":"f"})");
    }
}

TEST_F(ServiceTest, AnotherPythonThanAskedForIsSaid) {
    restart("/usr/bin");
    create_local("f", "python3.6", "index.handler", {{"index.py", "def handler(e, c): return 1\n"}});
    EXPECT_EQ(invoke("f", "{}").payload, "1");
    ASSERT_FALSE(lines().empty());
    EXPECT_THAT(lines().front().text,
                HasSubstr("python3.6 is not installed on this machine; running the function with"));
}

TEST_F(ServiceTest, AMissingInterpreterIsNamed) {
    restart("/nowhere");
    create_local("f", "nodejs20.x", "index.handler", {{"index.js", ""}});
    EXPECT_THAT(invoke("f", "{}").payload, HasSubstr("apt-get install nodejs"));
}

}  // namespace
}  // namespace millrace::lambda
