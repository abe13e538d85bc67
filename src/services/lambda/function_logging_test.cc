#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FunctionLoggingTest : public testing::ServiceTest {
  protected:
    std::string configure(const std::string& logging) {
        return call("UpdateFunctionConfiguration",
                    fmt::format(R"({{"FunctionName":"f","LoggingConfig":{}}})", logging))
            .body;
    }
    [[nodiscard]] std::size_t lines_containing(std::string_view part) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            lines(), [part](const ports::LogLine& line) { return line.text.contains(part); }));
    }
    // The lines that are JSON and have the message.
    std::vector<codec::Json> lines_with(std::string_view message) const {
        std::vector<codec::Json> found;
        for (const ports::LogLine& line : lines()) {
            auto json = codec::parse_json(line.text);
            if (!json || !json->is_object()) continue;
            const codec::Json* text = json->get_object().if_contains("message");
            if (text != nullptr && text->is_string() && std::string_view(text->get_string()) == message)
                found.push_back(std::move(*json));
        }
        return found;
    }
};

TEST_F(FunctionLoggingTest, LevelsGoWithJsonAlone) {
    create_local("f", "python3.11", "index.handler", {{"index.py", "def handler(e, c): return 1\n"}});
    EXPECT_THAT(configure(R"({"ApplicationLogLevel":"WARN"})"),
                HasSubstr("LogLevel is not supported when LogFormat is set to"));
    EXPECT_THAT(configure(R"({"LogFormat":"Text","SystemLogLevel":"WARN"})"),
                HasSubstr("InvalidParameterValueException"));
    EXPECT_THAT(configure(R"({"LogFormat":"JSON"})"),
                HasSubstr(R"("LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO")"));
    EXPECT_THAT(configure(R"({"SystemLogLevel":"DEBUG"})"), HasSubstr(R"("SystemLogLevel":"DEBUG")"));
    restart();
    EXPECT_THAT(call("GetFunctionConfiguration", R"({"FunctionName":"f"})").body,
                HasSubstr(R"("LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"DEBUG")"));
    EXPECT_THAT(configure(R"({"LogFormat":"Text"})"), Not(HasSubstr("LogLevel")));
}

constexpr const char* kPython = R"(
import logging, os
def handler(event, context):
    logging.info("quiet")
    logging.warning("loud %d", 7, extra={"order": 3})
    print("as it is")
    if event: raise ValueError("no")
    return [os.environ["AWS_LAMBDA_LOG_FORMAT"], os.environ["AWS_LAMBDA_LOG_LEVEL"]]
)";

TEST_F(FunctionLoggingTest, PythonLogsJson) {
    create_local("f", "python3.11", "index.handler", {{"index.py", kPython}});
    configure(R"({"LogFormat":"JSON","ApplicationLogLevel":"WARN","SystemLogLevel":"WARN"})");
    EXPECT_EQ(invoke("f", "0").payload, R"(["JSON", "WARN"])");
    const auto loud = lines_with("loud 7");
    ASSERT_EQ(loud.size(), 1U);
    EXPECT_EQ(loud[0].at("level"), "WARN");
    EXPECT_EQ(loud[0].at("order"), 3);
    EXPECT_EQ(loud[0].at("requestId").as_string().size(), 36U);
    EXPECT_EQ(lines_with("quiet").size(), 0U);
    EXPECT_EQ(lines_containing("as it is"), 1U);
    EXPECT_EQ(lines_containing("platform."), 0U);
    invoke("f", "1");
    EXPECT_EQ(lines_containing(R"("errorType": "ValueError")"), 1U);
}

constexpr const char* kNode = R"(
exports.handler = async (event) => {
  console.debug("quiet");
  console.info("loud %d", 7);
  console.log({ order: 3 });
  console.error("with", new RangeError("no"));
};
)";

TEST_F(FunctionLoggingTest, NodeLogsJson) {
    create_local("f", "nodejs20.x", "index.handler", {{"index.js", kNode}}, 10);
    configure(R"({"LogFormat":"JSON"})");
    EXPECT_EQ(invoke("f", "{}").payload, "null");
    ASSERT_EQ(lines_with("loud 7").size(), 1U);
    EXPECT_EQ(lines_with("loud 7")[0].at("level"), "INFO");
    EXPECT_EQ(lines_with("quiet").size(), 0U);
    EXPECT_EQ(lines_containing(R"("message":{"order":3})"), 1U);
    EXPECT_EQ(lines_containing(R"("errorType":"RangeError")"), 1U);
    EXPECT_EQ(lines_containing("platform.initStart"), 1U);
    EXPECT_EQ(lines_containing("platform.start"), 1U);
    EXPECT_EQ(lines_containing("platform.runtimeDone"), 0U) << "that is debug";
}

}  // namespace
}  // namespace millrace::lambda
