#include "services/lambda/service.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ServiceTest;

// A bootstrap in shell, with curl for the Runtime API: the body of handle() is the function.
std::string shell_function(const std::string& handle) {
    return R"(#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
answer() { curl -s -o /dev/null --data-binary @- "$api/$id/response"; }
handle() {
)" + handle +
           R"(
}
while :; do
  event=$(curl -s -D "/tmp/millrace-test-$$" "$api/next") || exit 0
  id=$(grep -i request-id "/tmp/millrace-test-$$" | tr -d '\r' | cut -d' ' -f2)
  rm -f "/tmp/millrace-test-$$"
  handle
done
)";
}

constexpr const char* kEcho = "printf '%s' \"$event\" | answer";

TEST_F(ServiceTest, PythonFunctionAnswers) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
def handler(event, context):
    print("héllo", event["name"])
    return {"hello": event["name"], "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis() > 0}
)"}});
    const auto answer = invoke("f", R"({"name":"wörld"})", "Tail");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(
        answer.payload,
        R"({"hello": "wörld", "arn": "arn:aws:lambda:us-east-1:000000000000:function:f", "left": true})");
    EXPECT_THAT(answer.log_tail, AllOf(HasSubstr("START RequestId"), HasSubstr("héllo wörld\n"),
                                       HasSubstr("END "), HasSubstr("REPORT "), HasSubstr("Init Duration")));
    const auto second = invoke("f", R"({"name":"b"})", "Tail");
    EXPECT_THAT(second.log_tail, Not(HasSubstr("Init Duration")));
}

TEST_F(ServiceTest, ShellFunctionEchoesFromZip) {
    create_zip("f", "provided.al2023", "x", {{"bootstrap", shell_function(kEcho)}});
    const auto answer = invoke("f", R"({"a":[1,2]})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.payload, R"({"a":[1,2]})");
    EXPECT_EQ(answer.function_error, "");
}

TEST_F(ServiceTest, NodeFunctionAnswers) {
    create_local("f", "nodejs20.x", "index.handler", {{"index.mjs", R"(
export const handler = async (event, context) => { console.log("hi", event); return {ok: true, id: context.awsRequestId.length}; };
)"}});
    const auto answer = invoke("f", R"({"name":"x"})", "Tail");
    EXPECT_EQ(answer.payload, R"({"ok":true,"id":36})");
    EXPECT_THAT(answer.log_tail, HasSubstr("INFO\thi { name: 'x' }"));
}

TEST_F(ServiceTest, NodeCallbackStyleAndErrors) {
    create_local("f", "nodejs20.x", "index.handler", {{"index.js", R"(
exports.handler = (event, context, callback) => {
  if (event.fail) throw new TypeError("nope");
  setTimeout(() => callback(null, {later: true}), 5);
};
)"}});
    EXPECT_EQ(invoke("f", "{}").payload, R"({"later":true})");
    const auto failed = invoke("f", R"({"fail":1})");
    EXPECT_EQ(failed.function_error, "Unhandled");
    EXPECT_THAT(failed.payload,
                AllOf(HasSubstr(R"("errorType":"TypeError")"), HasSubstr(R"("errorMessage":"nope")")));
}

TEST_F(ServiceTest, HandlerErrorCarriesTypeMessageAndStack) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
def handler(event, context):
    raise ValueError("bad ☂")
)"}});
    const auto answer = invoke("f", "{}", "Tail");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.function_error, "Unhandled");
    EXPECT_THAT(answer.payload,
                AllOf(HasSubstr(R"("errorMessage": "bad ☂")"), HasSubstr(R"("errorType": "ValueError")"),
                      HasSubstr("index.py"), Not(HasSubstr("bootstrap.py"))));
    EXPECT_THAT(answer.log_tail, HasSubstr("[ERROR] ValueError: bad ☂"));
}

TEST_F(ServiceTest, InitErrorIsAnswered) {
    create_local("f", "python3.11", "absent.handler", {{"index.py", ""}});
    const auto answer = invoke("f", "{}", "Tail");
    EXPECT_EQ(answer.function_error, "Unhandled");
    EXPECT_THAT(answer.payload,
                AllOf(HasSubstr("Runtime.ImportModuleError"),
                      HasSubstr("Unable to import module 'absent': No module named 'absent'")));
    EXPECT_THAT(answer.log_tail, HasSubstr("Status: error\tError Type: Runtime.ImportModuleError"));
}

TEST_F(ServiceTest, TimeoutKillsAndAnswersInAwsWords) {
    create_zip("f", "provided.al2023", "x", {{"bootstrap", shell_function("trap '' TERM\nsleep 60")}}, 1);
    const auto answer = invoke("f", "{}", "Tail");
    EXPECT_EQ(answer.function_error, "Unhandled");
    EXPECT_THAT(answer.payload, AllOf(HasSubstr(R"("errorType":"Sandbox.Timedout")"),
                                      HasSubstr("Error: Task timed out after 1.00 seconds")));
    EXPECT_THAT(answer.log_tail, HasSubstr("Status: timeout"));
}

TEST_F(ServiceTest, CrashIsAnsweredAndTheNextInvocationGetsANewProcess) {
    create_zip("f", "provided.al2023", "x",
               {{"bootstrap", shell_function("case $event in *die*) exit 3;; esac\nprintf 1 | answer")}});
    const auto answer = invoke("f", R"("die")", "Tail");
    EXPECT_THAT(answer.log_tail, AllOf(HasSubstr("Status: error\tError Type: Runtime.ExitError"),
                                       Not(HasSubstr("Max Memory Used: 0 MB"))));
    EXPECT_THAT(answer.payload, AllOf(HasSubstr(R"("errorType":"Runtime.ExitError")"),
                                      HasSubstr("Error: Runtime exited with error: exit status 3")));
    EXPECT_EQ(invoke("f", "{}").payload, "1");
}

TEST_F(ServiceTest, MissingBootstrap) {
    create_zip("f", "provided.al2023", "x", {{"readme", "x"}});
    const auto answer = invoke("f", "{}");
    EXPECT_EQ(answer.function_error, "Unhandled");
    EXPECT_THAT(answer.payload,
                AllOf(HasSubstr("Runtime.InvalidEntrypoint"), HasSubstr("valid bootstrap(s)")));
}

TEST_F(ServiceTest, ABootstrapThatIsNotExecutable) {
    create_local("f", "provided.al2023", "x", {{"bootstrap", shell_function(kEcho)}});
    using std::filesystem::perms;
    std::filesystem::permissions(path("f/bootstrap"), perms::owner_read | perms::owner_write);
    EXPECT_THAT(invoke("f", "{}").payload,
                AllOf(HasSubstr("Runtime.InvalidEntrypoint"), HasSubstr("permission denied")));
}

TEST_F(ServiceTest, FloodOfOutputDoesNoHarm) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import sys
def handler(event, context):
    for i in range(50000):
        sys.stdout.write("line %d\n" % i)
    sys.stdout.write("x" * 1000000)
    return "done"
)"}},
                 20);
    const auto answer = invoke("f", "{}", "Tail");
    EXPECT_EQ(answer.payload, "\"done\"");
    EXPECT_LE(answer.log_tail.size(), 4096U);
    EXPECT_GE(lines().size(), 50000U);
}

TEST_F(ServiceTest, LocalDirectoryIsReadAgainWhenItChanged) {
    create_local("f", "python3.11", "index.handler", {{"index.py", "def handler(e, c): return 1\n"}});
    EXPECT_EQ(invoke("f", "{}").payload, "1");
    write_file("f/index.py", "def handler(e, c):\n    return 22\n");
    EXPECT_EQ(invoke("f", "{}").payload, "22");
}

TEST_F(ServiceTest, EnvironmentIsAsOnAws) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import os
def handler(event, context):
    return dict(os.environ)
)"}});
    const auto answer = invoke("f", "{}");
    EXPECT_THAT(answer.payload,
                AllOf(HasSubstr(R"("AWS_ACCESS_KEY_ID": "000000000000")"),
                      HasSubstr(R"("AWS_ENDPOINT_URL": "http://127.0.0.1:4566")"),
                      HasSubstr(R"("AWS_REGION": "us-east-1")"), HasSubstr(R"("TZ": ":UTC")"),
                      HasSubstr(R"("AWS_LAMBDA_FUNCTION_NAME": "f")"), Not(HasSubstr("\"HOME\""))));
}

TEST_F(ServiceTest, DamagedZipIsRefused) {
    const auto answer =
        call("CreateFunction", R"({"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r",
        "Runtime":"python3.11","Handler":"a.b","Code":{"ZipFile":"bm90IGEgemlw"}})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("Could not unzip uploaded file."));
}

TEST_F(ServiceTest, EventIsRunAndRetriedTwice) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
def handler(event, context):
    print("attempt")
    raise Exception("no")
)"}});
    const auto answer = invoke("f", "{}", "None", "Event");
    EXPECT_EQ(answer.status, 202);
    EXPECT_TRUE(run_until([&] { return count_lines("attempt") == 3; }));
}

TEST_F(ServiceTest, StateIsBackAfterARestart) {
    create_zip("f", "provided.al2023", "x", {{"bootstrap", shell_function(kEcho)}});
    restart();
    EXPECT_EQ(invoke("f", "5").payload, "5");
    EXPECT_EQ(call("DeleteFunction", R"({"FunctionName":"f"})").status, 200);
    EXPECT_THAT(call("GetFunction", R"({"FunctionName":"f"})").body,
                HasSubstr("Function not found: arn:aws:lambda:us-east-1:000000000000:function:f"));
}

TEST_F(ServiceTest, ASnapshotKeepsThePackagesOfItsFunctions) {
    create_zip("f", "provided.al2023", "x", {{"bootstrap", shell_function(kEcho)}});
    write_file("data/code/half-written.zip.new", "ends here");
    std::filesystem::create_directory(path("snapshot"));
    Result<std::vector<files::SnapshotFile>> taken;
    service().snapshot(path("snapshot"), [&](auto result) { taken = std::move(result); });
    ASSERT_TRUE(run_until([&] { return !taken || !taken->empty(); }));
    ASSERT_TRUE(taken) << taken.error().message;
    ASSERT_EQ(taken->size(), 1U);
    const std::string& name = taken->front().name;
    EXPECT_TRUE(name.starts_with("code/") && name.ends_with(".zip")) << name;
    EXPECT_EQ(taken->front().bytes, std::filesystem::file_size(path("data/" + name)));

    call("DeleteFunction", R"({"FunctionName":"f"})");
    restart();  // when packages of no function go
    ASSERT_TRUE(run_until([&] { return !std::filesystem::exists(path("data/" + name)); }));
    EXPECT_EQ(std::filesystem::file_size(path("snapshot/" + name)), taken->front().bytes);
}

TEST_F(ServiceTest, ConcurrentInvocationsGetProcessesOfTheirOwn) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import os, time
def handler(event, context):
    time.sleep(0.3)
    return os.getpid()
)"}});
    auto first = start_invoke("f", "{}");
    auto second = start_invoke("f", "{}");
    ASSERT_TRUE(run_until([&] { return first->has_value() && second->has_value(); }));
    EXPECT_NE((*first)->body, (*second)->body);
}

}  // namespace
}  // namespace millrace::lambda
