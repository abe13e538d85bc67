#include "services/lambda/execution/invocation_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class KeptLines final : public ports::LogSink {
  public:
    void write(ports::LogLine line) override { texts.push_back(std::move(line.text)); }
    std::vector<std::string> texts;
};

class InvocationLogTest : public ::testing::Test {
  protected:
    InvocationLog make(std::string application_level = {}, std::string system_level = {}) {
        Function function{.scope = {.account = "000000000000", .region = "us-east-1"},
                          .name = "f",
                          .runtime = "python3.12"};
        function.json_logs = !application_level.empty();
        function.application_log_level = std::move(application_level);
        function.system_log_level = std::move(system_level);
        return {function, "stream", sink_, clock_};
    }
    static InvocationReport report(std::string_view status = {}) {
        return {.duration = std::chrono::microseconds{12'345},
                .memory_mb = 128,
                .memory_used_bytes = 64 * 1024 * 1024 + 1,
                .init_duration = std::chrono::microseconds{107'340},
                .status = status};
    }

    KeptLines sink_;
    SystemClock clock_;
};

TEST_F(InvocationLogTest, InTextThereAreStartEndAndReport) {
    InvocationLog log = make();
    log.event(init_start_event({.name = "f"}, false));
    log.begin("r-1", false);
    log.event(start_event("r-1", "$LATEST"));
    log.output(R"({"level":"TRACE"})");
    log.event(runtime_done_event("r-1", report()));
    log.event(report_event("r-1", report("timeout")));
    EXPECT_THAT(
        sink_.texts,
        ElementsAre("START RequestId: r-1 Version: $LATEST", R"({"level":"TRACE"})", "END RequestId: r-1",
                    "REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 120 ms\tMemory Size: 128 "
                    "MB\tMax Memory Used: 65 MB\tInit Duration: 107.34 ms\tStatus: timeout"));
}

TEST_F(InvocationLogTest, ARecordOfSeveralLinesIsOneEvent) {
    InvocationLog log = make();
    log.begin("r-1", true);
    log.output("[ERROR] ValueError: bad\vTraceback\v  line 1");
    EXPECT_THAT(sink_.texts, ElementsAre("[ERROR] ValueError: bad\nTraceback\n  line 1"));
    EXPECT_EQ(log.tail(), "[ERROR] ValueError: bad\nTraceback\n  line 1\n");
}

TEST_F(InvocationLogTest, ErrorsAreNamedInReports) {
    InvocationLog log = make();
    const std::chrono::microseconds duration{12'340};
    log.event(init_report_event({.duration = duration, .status = "success"}));
    log.event(init_report_event({.duration = duration, .status = "timeout"}));
    log.event(init_report_event(
        {.duration = duration, .status = "error", .error_type = "Runtime.ImportModuleError"}));
    InvocationReport failed = report("error");
    failed.init_duration.reset();
    failed.error_type = "Runtime.ExitError";
    log.event(report_event("r-1", failed));
    EXPECT_THAT(
        sink_.texts,
        ElementsAre("INIT_REPORT Init Duration: 12.34 ms\tPhase: init\tStatus: timeout",
                    "INIT_REPORT Init Duration: 12.34 ms\tPhase: init\tStatus: error\tError Type: "
                    "Runtime.ImportModuleError",
                    "REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\tMemory Size: 128 "
                    "MB\tMax Memory Used: 65 MB\tStatus: error\tError Type: Runtime.ExitError"));
    EXPECT_THAT(report_event("r-1", failed).record,
                HasSubstr(R"("status":"error","errorType":"Runtime.ExitError")"));
}

TEST_F(InvocationLogTest, InJsonTheyAreEvents) {
    InvocationLog log = make("INFO", "DEBUG");
    log.begin("r-1", false);
    log.event(start_event("r-1", "7"));
    log.event(report_event("r-1", report()));
    ASSERT_EQ(sink_.texts.size(), 2U);
    const auto start = codec::parse_json(sink_.texts[0]);
    ASSERT_TRUE(start) << sink_.texts[0];
    EXPECT_EQ(start->at("type"), "platform.start");
    EXPECT_EQ(start->at("time").as_string().size(), std::string("2026-01-01T00:00:00.000Z").size());
    EXPECT_EQ(start->at("record").at("version"), "7");
    const auto end = codec::parse_json(sink_.texts[1]);
    ASSERT_TRUE(end) << sink_.texts[1];
    EXPECT_EQ(end->at("record").at("status"), "success");
    const codec::Json& metrics = end->at("record").at("metrics");
    EXPECT_EQ(codec::to_json(metrics),
              R"({"durationMs":12.35,"billedDurationMs":120,"memorySizeMB":128,"maxMemoryUsedMB":65,)"
              R"("initDurationMs":107.34})");
}

TEST_F(InvocationLogTest, EventsBelowTheSystemsLevelAreLeftOut) {
    const auto lines = [this](const char* level) {
        sink_.texts.clear();
        InvocationLog log = make("INFO", level);
        log.event(start_event("r", "1"));                       // info
        log.event(runtime_done_event("r", report()));           // debug
        log.event(runtime_done_event("r", report("timeout")));  // warn
        log.event(report_event("r", report("error")));          // warn
        return sink_.texts.size();
    };
    EXPECT_EQ(lines("DEBUG"), 4U);
    EXPECT_EQ(lines("INFO"), 3U);
    EXPECT_EQ(lines("WARN"), 2U);
}

TEST_F(InvocationLogTest, LinesBelowTheApplicationsLevelAreLeftOut) {
    InvocationLog log = make("WARN", "INFO");
    for (const char* line :
         {R"({"level":"DEBUG"})", R"({"level":"INFO"})", R"({"level":"WARN"})", R"({"level":"FATAL"})",
          R"({"level":"odd"})", R"({"level":7})", R"({"a":1})", R"({"level":"INFO")", "plain"}) {
        log.output(line);
    }
    EXPECT_THAT(sink_.texts, ElementsAre(R"({"level":"WARN"})", R"({"level":"FATAL"})", R"({"level":"odd"})",
                                         R"({"level":7})", R"({"a":1})", R"({"level":"INFO")", "plain"));
}

TEST_F(InvocationLogTest, SentencesAreJsonToo) {
    InvocationLog log = make("INFO", "WARN");
    log.begin("r-1", true);
    log.platform("something \"odd\"");
    const auto line = codec::parse_json(sink_.texts.at(0));
    ASSERT_TRUE(line);
    EXPECT_EQ(line->at("message"), "something \"odd\"");
    EXPECT_EQ(line->at("requestId"), "r-1");
    EXPECT_THAT(log.tail(), HasSubstr("odd"));
}

}  // namespace
}  // namespace millrace::lambda
