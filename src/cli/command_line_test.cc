#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/command_run.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

using http::Request;
using http::Response;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CommandLine, MistakesNameTheRightWord) {
    Ran ran = run({"deploy", "t.yaml", "--paramter", "K=V"});
    EXPECT_EQ(ran.status, kUsageStatus);
    EXPECT_EQ(ran.err,
              "millrace deploy: there is no flag --paramter; did you mean --parameter?\nTry \"millrace "
              "deploy --help\".\n");
    EXPECT_EQ(ran.out, "");
    ran = run({"deplyo", "t.yaml"});
    EXPECT_EQ(ran.err,
              "millrace: there is no command \"deplyo\"; did you mean deploy?\nTry \"millrace --help\".\n");
    EXPECT_THAT(run({"--jsno"}).err,
                StartsWith("millrace: there is no flag --jsno before the command; flags follow it"));
    EXPECT_THAT(run({"status", "a", "b"}).err, StartsWith("millrace status: unexpected argument \"b\"\n"));
    EXPECT_THAT(run({}).err, StartsWith("millrace: a command is needed\n\n"));
    EXPECT_THAT(run({}).err, HasSubstr("  deploy "));
    EXPECT_THAT(run({"destroy"}).err, StartsWith("millrace destroy: STACK is required\n"));
    for (const char* port : {"many", "65536", "-1", "1.5"}) {
        EXPECT_THAT(run({"env", "--port", port}).err, HasSubstr("\" is not a port (0 to 65535)")) << port;
    }
    EXPECT_EQ(run({"env", "--port", "65535"}).status, 0);
    EXPECT_THAT(run({"--port", "3", "status"}).err,
                StartsWith("millrace status: there is no flag --port before the command; flags follow it"));
    for (const char* shards : {"0", "65", "many"}) {
        EXPECT_THAT(run({"replay", "s", "f", "--shards-at-once", shards}).err,
                    HasSubstr("\" is not a number from 1 to 64"))
            << shards;
    }
    for (const char* command : {"backup", "faults"})
        EXPECT_THAT(run({command, "--region", "r"}).err, HasSubstr("there is no flag --region")) << command;
    EXPECT_EQ(run({"tail", "s", "--since", "yesterday"}).status, kUsageStatus);
    EXPECT_EQ(run({"deploy", "t.yaml", "--parameter", "A"}).status, kUsageStatus);
    EXPECT_THAT(run({"status", "--endpoint-url", "nowhere"}).err, HasSubstr("does not begin with http://"));
}

TEST(CommandLine, AFlagOfAnotherCommandNamesThatCommand) {
    EXPECT_EQ(run({"put", "s", "--stack-name", "x"}).err,
              "millrace put: there is no flag --stack-name; it belongs to millrace deploy\n"
              "Try \"millrace put --help\".\n");
}

TEST(CommandLine, HelpTeaches) {
    const Ran ran = run({"put", "--help"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr("Examples:\n  millrace put events --data"));
    EXPECT_THAT(ran.out, HasSubstr("--endpoint-url"));
    EXPECT_EQ(run({"--version"}).out, "millrace " MILLRACE_VERSION "\n");
    for (const std::string command :
         {"deploy", "destroy", "status", "put", "tail", "logs", "invoke", "env"}) {
        EXPECT_THAT(run({command, "--help"}).out, ContainsRegex("Examples:\n.*millrace " + command));
    }
}

TEST(CommandLine, EnvPrintsExports) {
    EXPECT_EQ(run({"env", "--port", "4567", "--region", "eu-central-1"}).out,
              "export AWS_ENDPOINT_URL=http://127.0.0.1:4567\n"
              "export AWS_REGION=eu-central-1\n"
              "export AWS_DEFAULT_REGION=eu-central-1\n"
              "export AWS_ACCESS_KEY_ID=test\n"
              "export AWS_SECRET_ACCESS_KEY=test\n");
    EXPECT_THAT(run({"env", "--region", "a'b"}).out, HasSubstr("export AWS_REGION='a'\\''b'\n"));
}

TEST(CommandLine, NoServerIsOneSentence) {
    const Ran ran = run({"status", "--endpoint-url", "http://127.0.0.1:1"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(
        ran.err,
        "millrace: cannot connect to 127.0.0.1:1: Connection refused; \"millrace serve\" starts a server, "
        "--endpoint-url names another\n");
}

TEST(CommandLine, PutSendsRecordsAndTriesThrottledOnesAgain) {
    std::vector<std::string> put;
    int calls = 0;
    const FakeServer server([&](const Request& request) {
        EXPECT_EQ(request.headers.get("X-Amz-Target"), "Kinesis_20131202.PutRecords");
        EXPECT_THAT(std::string(request.headers.get("Authorization")),
                    HasSubstr("/us-east-1/kinesis/aws4_request"));
        const auto input = codec::parse_json(request.body).value();
        const bool first = ++calls == 1;
        std::string results;
        for (const auto& record : input.at("Records").as_array()) {
            const bool refused = first && put.size() == 1;
            if (!refused) {
                put.push_back(codec::base64_decode(std::string(record.at("Data").as_string())).value() + "/" +
                              std::string(record.at("PartitionKey").as_string()));
            }
            results += results.empty() ? "" : ",";
            results += refused
                           ? R"({"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"slow"})"
                           : R"({"ShardId":"shardId-000000000000","SequenceNumber":"4"})";
        }
        return json(200, R"({"FailedRecordCount":0,"Records":[)" + results + "]}");
    });
    const Ran ran = run({"put", "s", "--data", "a", "--data", "b", "--partition-key", "k", "--json",
                         "--region", "us-east-1", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out,
              R"({"Records":2,"Bytes":2,"LastShardId":"shardId-000000000000","LastSequenceNumber":"4"})"
              "\n");
    EXPECT_EQ(put, (std::vector<std::string>{"a/k", "b/k"}));
    EXPECT_EQ(calls, 2);
}

TEST(CommandLine, ARegionThatNobodyNamedIsTheServers) {
    const FakeServer server([](const Request&) { return json(500, "{}"); });
    EXPECT_THAT(run({"env", "--endpoint-url", server.url()}).out, HasSubstr("export AWS_REGION=us-east-1\n"));
}

TEST(CommandLine, PutTellsHowManyRecordsTheStreamHasWhenItFails) {
    files::PosixFileSystem files;
    const files::TemporaryDirectory directory;
    const std::string path = directory.path() + "/events";
    std::string lines;
    for (int i = 0; i < 600; ++i) lines += std::to_string(i) + "\n";
    ASSERT_TRUE(files::write_file(files, path, lines));
    int calls = 0;
    const FakeServer server([&](const Request& request) {
        if (++calls > 1) return json(400, R"({"__type":"ValidationException","message":"too long"})");
        const std::size_t count = codec::parse_json(request.body).value().at("Records").as_array().size();
        std::string results;
        for (std::size_t i = 0; i < count; ++i)
            results += (i ? "," : "") + std::string(R"({"ShardId":"x","SequenceNumber":"1"})");
        return json(200, R"({"FailedRecordCount":0,"Records":[)" + results + "]}");
    });
    const Ran ran = run({"put", "s", "--file", path, "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.err, HasSubstr("too long (ValidationException); before that, 500 records were put"));
}

TEST(CommandLine, HelpMayBeAskedForInWords) {
    EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
    EXPECT_EQ(run({"help", "put"}).out, run({"put", "--help"}).out);
    EXPECT_THAT(run({"help", "putt"}).err, HasSubstr("did you mean put?"));
}

TEST(CommandLine, PutReadsFilesInBatches) {
    files::PosixFileSystem files;
    const files::TemporaryDirectory directory;
    const std::string path = directory.path() + "/events";
    std::string lines;
    for (int i = 0; i < 1100; ++i) lines += std::to_string(i) + "\n\n";
    ASSERT_TRUE(files::write_file(files, path, lines));
    std::vector<std::size_t> batches;
    const FakeServer server([&](const Request& request) {
        const std::size_t count = codec::parse_json(request.body).value().at("Records").as_array().size();
        batches.push_back(count);
        std::string results;
        for (std::size_t i = 0; i < count; ++i)
            results += (i ? "," : "") + std::string(R"({"ShardId":"x","SequenceNumber":"1"})");
        return json(200, R"({"Records":[)" + results + "]}");
    });
    const Ran ran = run({"put", "s", "--file", path, "--endpoint-url", server.url()});
    EXPECT_THAT(ran.out, StartsWith("1,100 records put in ")) << ran.err;
    EXPECT_EQ(batches, (std::vector<std::size_t>{500, 500, 100}));
}

TEST(CommandLine, TailPrintsRecordsUntilTheTip) {
    int reads = 0;
    const FakeServer server([&](const Request& request) {
        const std::string_view target = request.headers.get("X-Amz-Target");
        if (target.ends_with("ListShards")) return json(200, R"({"Shards":[{"ShardId":"shardId-0"}]})");
        if (target.ends_with("GetShardIterator")) return json(200, R"({"ShardIterator":"i"})");
        const std::string record =
            R"({"Data":")" + codec::base64_encode(++reads == 1 ? "größe" : "\xff") +
            R"(","PartitionKey":"k","SequenceNumber":"1","ApproximateArrivalTimestamp":1700000000.5})";
        return json(200, R"({"Records":[)" + record + R"(],"NextShardIterator":"j","MillisBehindLatest":)" +
                             (reads == 1 ? "5000" : "0") + "}");
    });
    const Ran ran = run({"tail", "s", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("  k  größe\n"));
    EXPECT_THAT(ran.out, HasSubstr("  k  /w==\n"));
    reads = 0;
    EXPECT_THAT(run({"tail", "s", "--json", "--endpoint-url", server.url()}).out,
                HasSubstr(R"("ShardId":"shardId-0","Data":"größe"})"));
}

TEST(CommandLine, TailWaitsWhereItIsThrottled) {
    int reads = 0;
    const FakeServer server([&](const Request& request) {
        const std::string_view target = request.headers.get("X-Amz-Target");
        if (target.ends_with("ListShards")) return json(200, R"({"Shards":[{"ShardId":"shardId-0"}]})");
        if (target.ends_with("GetShardIterator")) return json(200, R"({"ShardIterator":"i"})");
        if (++reads == 1)
            return json(400,
                        R"({"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded"})");
        return json(200,
                    R"({"Records":[{"Data":"Y2hpbGQ="}],"NextShardIterator":"j","MillisBehindLatest":0})");
    });
    const Ran ran = run({"tail", "s", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("child\n"));
    EXPECT_EQ(reads, 2);
}

TEST(CommandLine, TailGoesOnWithTheChildrenOfAShard) {
    const FakeServer server([&](const Request& request) {
        const std::string_view target = request.headers.get("X-Amz-Target");
        if (target.ends_with("ListShards"))
            return json(200, R"({"Shards":[{"ShardId":"parent"},{"ShardId":"other"}]})");
        for (const std::string shard : {"parent", "other", "child"}) {
            if (!request.body.contains(shard)) continue;
            if (target.ends_with("GetShardIterator"))
                return json(200, R"({"ShardIterator":")" + shard + R"("})");
            const std::string rest = shard == "child" ? R"("NextShardIterator":"child")"
                                                      : R"("ChildShards":[{"ShardId":"child"}])";
            return json(200, R"({"Records":[{"Data":")" + codec::base64_encode("of " + shard) +
                                 R"("}],"MillisBehindLatest":0,)" + rest + "}");
        }
        return json(400, "{}");
    });
    const Ran ran = run({"tail", "s", "--endpoint-url", server.url()});
    EXPECT_THAT(ran.out, testing::MatchesRegex("[^\n]*of parent\n[^\n]*of other\n[^\n]*of child\n"))
        << "the child of both, behind them and once";
}

TEST(CommandLine, LogsSaysWhenThereIsNothing) {
    const FakeServer server([](const Request&) {
        return json(
            400,
            R"({"__type":"ResourceNotFoundException","message":"The specified log group does not exist."})");
    });
    const Ran ran = run({"logs", "f", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.err, "millrace: function f has logged nothing yet, or does not exist\n");
}

TEST(CommandLine, LogsPrintsAllPagesOnce) {
    const FakeServer server([](const Request& request) {
        const bool second = request.body.find("nextToken") != std::string::npos;
        return second
                   ? json(200, R"({"events":[{"eventId":"2","timestamp":1700000000000,"message":"two"}]})")
                   : json(
                         200,
                         R"({"events":[{"eventId":"1","timestamp":1700000000000,"message":"one\n"}],"nextToken":"t"})");
    });
    const Ran ran = run({"logs", "f", "--endpoint-url", server.url()});
    EXPECT_THAT(ran.out, testing::MatchesRegex("[^\n]*  one\n[^\n]*  two\n"));
}

TEST(CommandLine, InvokePrintsTheAnswerAndFailsWithTheFunction) {
    const FakeServer server([](const Request& request) {
        EXPECT_EQ(request.target, "/2015-03-31/functions/f/invocations");
        Response response = json(200, request.body == "{}" ? "\"hello\"" : R"({"errorMessage":"no"})");
        if (request.body != "{}") response.headers.add("X-Amz-Function-Error", "Unhandled");
        if (request.headers.find("X-Amz-Log-Type"))
            response.headers.add("X-Amz-Log-Result", codec::base64_encode("START\n"));
        return response;
    });
    Ran ran = run({"invoke", "f", "--log", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out, "\"hello\"\n");
    EXPECT_EQ(ran.err, "START\n");
    ran = run({"invoke", "f", "--payload", "1", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.out, "{\"errorMessage\":\"no\"}\n");
    EXPECT_EQ(ran.err, "millrace: the function failed (Unhandled)\n");
}

TEST(CommandLine, StatusOfAMissingStackFails) {
    const FakeServer server(
        [](const Request&) { return xml_error("ValidationError", "Stack with id x does not exist"); });
    const Ran ran = run({"status", "x", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.err, "millrace: there is no stack x; \"millrace status\" lists those there are\n");
}

TEST(CommandLine, AMistypedStackNamesTheRightOne) {
    const FakeServer server([](const Request& request) {
        if (request.body.find("Action=ListStacks") == std::string::npos)
            return xml_error("ValidationError", "Stack with id evnets does not exist");
        return xml("ListStacks",
                   "<StackSummaries><member><StackName>events</StackName><StackStatus>CREATE_COMPLETE</"
                   "StackStatus></member></StackSummaries>");
    });
    for (const std::string command : {"status", "destroy"}) {
        EXPECT_EQ(run({command, "evnets", "--endpoint-url", server.url()}).err,
                  "millrace: there is no stack evnets; did you mean events?\n");
    }
}

TEST(CommandLine, StatusListsStacksThatAreThere) {
    const FakeServer server([](const Request&) {
        return xml("ListStacks",
                   "<StackSummaries><member><StackName>a</StackName><StackStatus>CREATE_COMPLETE</"
                   "StackStatus></member>"
                   "<member><StackName>b</StackName><StackStatus>DELETE_COMPLETE</StackStatus></member></"
                   "StackSummaries>");
    });
    const Ran ran = run({"status", "--endpoint-url", server.url()});
    EXPECT_THAT(ran.out, HasSubstr("a       CREATE_COMPLETE"));
    EXPECT_THAT(ran.out, testing::Not(HasSubstr("DELETE_COMPLETE")));
}

}  // namespace
}  // namespace millrace::cli
