#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Writes what it is told into the file that the function's environment names.
constexpr const char* kExtension = R"(#!/usr/bin/env python3
import http.client, json, os, sys, time
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
journal = open(os.environ["JOURNAL"], "a")
open(os.environ["JOURNAL"] + ".pid", "w").write(str(os.getpid()))
def note(*words):
    print(*words, file=journal, flush=True)
def call(method, path, body=None, **headers):
    api.request(method, "/2020-01-01/extension/" + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = api.getresponse()
    return answer, answer.read()
if "PREPARE" in os.environ:
    time.sleep(float(os.environ["PREPARE"]))
    open(os.environ["JOURNAL"] + ".prepared", "w").close()
answer, body = call("POST", "register", json.dumps({"events": ["INVOKE", "SHUTDOWN"]}),
                    Lambda_Extension_Name=os.path.basename(sys.argv[0]), Lambda_Extension_Accept_Feature="accountId")
about = json.loads(body)
note("registered", answer.status, about["functionName"], about["handler"], about["accountId"], "_HANDLER" in os.environ)
me = answer.headers["Lambda-Extension-Identifier"]
print("extension speaks", flush=True)
if os.environ.get("FAIL") == "init":
    call("POST", "init/error", "{}", Lambda_Extension_Identifier=me, Lambda_Extension_Function_Error_Type="Extension.Mine")
    sys.exit(1)
while True:
    answer, body = call("GET", "event/next", Lambda_Extension_Identifier=me)
    event = json.loads(body)
    note(event["eventType"], event.get("shutdownReason", event.get("requestId") and "id"))
    if event["eventType"] == "SHUTDOWN":
        time.sleep(float(os.environ.get("LAST_WORDS", "0")))
        note("bye")
        sys.exit(0)
    if os.environ.get("FAIL") == "crash":
        os._exit(7)
    time.sleep(float(os.environ.get("WORK", "0")))
    note("done")
)";

class FunctionExtensionsTest : public testing::ServiceTest {
  protected:
    void SetUp() override {
        write_file("layer/extensions/mine", kExtension);
        std::filesystem::permissions(path("layer/extensions/mine"), std::filesystem::perms::owner_exec,
                                     std::filesystem::perm_options::add);
        create_local("f", "python3.11", "index.handler", {{"index.py", "def handler(e, c): return 'ok'\n"}},
                     5);
        call("PublishLayerVersion",
             fmt::format(R"({{"LayerName":"a","Content":{{"S3Bucket":"__local__","S3Key":"{}"}}}})",
                         path("layer")));
    }
    void use(const std::string& variables = "", const std::string& function = "f") {
        const auto answer =
            call("UpdateFunctionConfiguration",
                 fmt::format(
                     R"({{"FunctionName":"{}","Layers":["arn:aws:lambda:us-east-1:000000000000:layer:a:1"],)"
                     R"("Environment":{{"Variables":{{"JOURNAL":"{}"{}}}}}}})",
                     function, path("journal"), variables));
        EXPECT_EQ(answer.status, 200) << answer.body;
    }
    std::vector<std::string> journal() const {
        std::ifstream file(path("journal"));
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) lines.push_back(line);
        return lines;
    }
    // Of the newest process.
    std::string pid_of_extension() const {
        std::ifstream file(path("journal") + ".pid");
        std::string pid;
        std::getline(file, pid);
        return pid;
    }
    // Ends the processes there are.
    void retire() { call("UpdateFunctionConfiguration", R"({"FunctionName":"f","Description":"new"})"); }
};

TEST_F(FunctionExtensionsTest, TheyHearOfInvocationsAndOfTheEnd) {
    use();
    EXPECT_EQ(invoke("f", "{}").payload, "\"ok\"");
    EXPECT_EQ(invoke("f", "{}").payload, "\"ok\"");
    EXPECT_TRUE(run_until([&] { return journal().size() == 5; }));
    retire();
    EXPECT_TRUE(run_until([&] { return journal().size() == 7; }));
    EXPECT_THAT(journal(), ElementsAre("registered 200 f index.handler 000000000000 False", "INVOKE id",
                                       "done", "INVOKE id", "done", "SHUTDOWN spindown", "bye"));
    EXPECT_EQ(count_lines("extension speaks"), 1U);
    EXPECT_EQ(count_lines("EXTENSION Name: mine State: Ready Events: [INVOKE,SHUTDOWN]"), 1U);
}

TEST_F(FunctionExtensionsTest, TheNextInvocationWaitsForThem) {
    use(R"(,"WORK":"0.5")");
    call("PutFunctionConcurrency", R"({"FunctionName":"f","ReservedConcurrentExecutions":1})");
    const auto tail = invoke("f", "{}", "Tail").log_tail;
    EXPECT_THAT(tail, HasSubstr("REPORT"));
    EXPECT_EQ(journal().back(), "done") << "the report comes when the extension is ready again";
}

TEST_F(FunctionExtensionsTest, TheRuntimeStartsWhenTheyHaveRegistered) {
    create_local("g", "python3.11", "index.handler",
                 {{"index.py",
                   "import os\nprepared = os.path.exists(os.environ['JOURNAL'] + '.prepared')\n"
                   "def handler(e, c): return prepared\n"}},
                 5);
    use(R"(,"PREPARE":"0.3")", "g");
    EXPECT_EQ(invoke("g", "{}").payload, "true");
}

TEST_F(FunctionExtensionsTest, WhoNeverRegistersEndsTheStart) {
    use(R"(,"PREPARE":"0.1","JOURNAL":"/not/there")");
    const auto answer = invoke("f", "{}");
    EXPECT_EQ(answer.function_error, "Unhandled");
    EXPECT_THAT(answer.payload, HasSubstr("Extension.Crash"));
}

TEST_F(FunctionExtensionsTest, TheyHaveTwoSecondsForTheirLastWords) {
    use(R"(,"LAST_WORDS":"0.3")");
    invoke("f", "{}");
    retire();
    EXPECT_TRUE(run_until([&] { return journal().back() == "bye"; }));
    use(R"(,"LAST_WORDS":"30")");
    invoke("f", "{}");
    retire();
    EXPECT_TRUE(run_until([&] { return journal().back() == "SHUTDOWN spindown"; }));
    const pid_t pid = std::stoi(pid_of_extension());
    EXPECT_EQ(::kill(pid, 0), 0) << "it may go on for a while";
    EXPECT_TRUE(run_until([pid] { return ::kill(pid, 0) != 0; }, Seconds{4}));
    EXPECT_EQ(journal().back(), "SHUTDOWN spindown");
}

TEST_F(FunctionExtensionsTest, ATimeoutIsTold) {
    write_file("f/index.py", "import time\ndef handler(e, c): time.sleep(60)\n");
    use();
    call("UpdateFunctionConfiguration", R"({"FunctionName":"f","Timeout":1})");
    EXPECT_THAT(invoke("f", "{}").payload, HasSubstr("Task timed out after 1.00 seconds"));
    EXPECT_TRUE(run_until([&] { return journal().back() == "bye"; }));
    EXPECT_THAT(journal(), ::testing::Contains("SHUTDOWN timeout"));
}

TEST_F(FunctionExtensionsTest, OneThatCannotStartFailsTheFunction) {
    use(R"(,"FAIL":"init")");
    EXPECT_THAT(invoke("f", "{}").payload, HasSubstr("Extension.Mine"));
}

TEST_F(FunctionExtensionsTest, OneThatCrashesFailsTheInvocation) {
    use(R"(,"FAIL":"crash")");
    const auto answer = invoke("f", "{}", "Tail");
    // The function may have answered before its extension was gone.
    if (answer.function_error.empty()) {
        EXPECT_EQ(answer.payload, "\"ok\"");
    } else {
        EXPECT_THAT(answer.payload, HasSubstr("Extension.Crash"));
    }
    use();
    EXPECT_EQ(invoke("f", "{}").payload, "\"ok\"") << "the next one has a sandbox of its own";
}

constexpr const char* kSubscriber = R"(#!/usr/bin/env python3
import http.client, http.server, json, os, sys, threading
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
journal = open(os.environ["JOURNAL"], "a")
class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            record = event["record"]
            print(event["type"], record if isinstance(record, str) else record.get("status", ""), file=journal, flush=True)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *words):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
def call(method, path, body=None, **headers):
    api.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = api.getresponse()
    answer.read()
    return answer
me = call("POST", "/2020-01-01/extension/register", '{"events":["INVOKE"]}', Lambda_Extension_Name="mine").headers["Lambda-Extension-Identifier"]
wanted = {"schemaVersion": "2022-12-13", "types": ["platform", "function", "extension"], "buffering": {"timeoutMs": 25},
          "destination": {"protocol": "HTTP", "URI": "http://sandbox.localdomain:%d/" % server.server_port}}
print("subscribed", call("PUT", "/2022-07-01/telemetry", json.dumps(wanted), Lambda_Extension_Identifier=me).status, file=journal, flush=True)
print("extension speaks", flush=True)
while True:
    call("GET", "/2020-01-01/extension/event/next", Lambda_Extension_Identifier=me)
)";

TEST_F(FunctionExtensionsTest, TheyGetWhatIsLogged) {
    write_file("layer/extensions/mine", kSubscriber);
    write_file("f/index.py", "def handler(e, c): print('function speaks')\n");
    call("PublishLayerVersion",
         fmt::format(R"({{"LayerName":"b","Content":{{"S3Bucket":"__local__","S3Key":"{}"}}}})",
                     path("layer")));
    use();
    call("UpdateFunctionConfiguration",
         R"({"FunctionName":"f","Layers":["arn:aws:lambda:us-east-1:000000000000:layer:b:1"]})");
    invoke("f", "{}");
    EXPECT_TRUE(
        run_until([&] { return !journal().empty() && journal().back() == "platform.report success"; }));
    const std::vector<std::string> heard = journal();
    for (const char* line :
         {"subscribed 200", "platform.telemetrySubscription ", "extension extension speaks",
          "platform.extension ", "platform.initStart ", "platform.initRuntimeDone success", "platform.start ",
          "function function speaks", "platform.runtimeDone success"}) {
        EXPECT_THAT(heard, ::testing::Contains(line));
    }
}

constexpr const char* kInternal = R"(
import http.client, json, os
def call(method, path, body=None, **headers):
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    api.request(method, "/2020-01-01/extension/" + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = api.getresponse()
    return answer.status, answer.headers.get("Lambda-Extension-Identifier"), json.loads(answer.read())
shutdown = call("POST", "register", '{"events":["SHUTDOWN"]}', Lambda_Extension_Name="inside")
unnamed = call("POST", "register", '{"events":["INVOKE"]}')
odd = call("POST", "register", '{"events":["ODD"]}', Lambda_Extension_Name="odd")
first = call("POST", "register", '{"events":["INVOKE"]}', Lambda_Extension_Name="inside")
again = call("POST", "register", '{"events":["INVOKE"]}', Lambda_Extension_Name="inside")
import threading
events = []
def listen():
    while True:
        events.append(call("GET", "event/next", Lambda_Extension_Identifier=first[1])[2])
threading.Thread(target=listen, daemon=True).start()
def handler(event, context):
    late = call("POST", "register", '{"events":["INVOKE"]}', Lambda_Extension_Name="late")
    unknown = call("GET", "event/next", Lambda_Extension_Identifier="nobody")
    return [[one[0], one[2].get("errorType")] for one in (shutdown, unnamed, odd, first, again, late, unknown)]
)";

TEST_F(FunctionExtensionsTest, TheRuntimesProcessMayHaveSomeToo) {
    write_file("f/index.py", kInternal);
    EXPECT_EQ(invoke("f", "{}").payload,
              R"([[403, "ShutdownEventNotSupportedForInternalExtension"], )"
              R"([403, "Extension.InvalidExtensionName"], [403, "Extension.InvalidEventType"], [200, null], )"
              R"([403, "Extension.AlreadyRegistered"], [403, "Extension.RegistrationClosed"], )"
              R"([403, "Extension.UnknownExtensionIdentifier"]])");
    EXPECT_EQ(invoke("f", "{}").function_error, "");
}

}  // namespace
}  // namespace millrace::lambda
