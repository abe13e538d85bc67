#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class FunctionManagementTest : public testing::ServiceTest {
  protected:
    void create(const std::string& body, const std::string& name = "f") {
        create_local(name, "python3.11", "index.handler",
                     {{"index.py", "import os, time\nCOUNT = 0\ndef handler(event, context):\n" + body}});
    }
    std::string ask(const std::string& operation, const std::string& more = "") {
        return call(operation, fmt::format(R"({{"FunctionName":"f"{}}})", more)).body;
    }
};

TEST_F(FunctionManagementTest, PoliciesAreKeptPerQualifier) {
    create("  return 1");
    ask("PublishVersion");
    const std::string permission =
        R"(,"StatementId":"s3","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com","SourceArn":"arn:aws:s3:::b","SourceAccount":"123456789012")";
    EXPECT_THAT(
        ask("AddPermission", permission),
        HasSubstr(
            R"(\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:f\",\"Condition\":{\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::b\"},\"StringEquals\":{\"AWS:SourceAccount\":\"123456789012\"}}})"));
    EXPECT_THAT(ask("AddPermission", permission),
                HasSubstr("The statement id (s3) provided already exists."));
    EXPECT_THAT(ask("GetPolicy", R"(,"Qualifier":"1")"),
                HasSubstr("The resource you requested does not exist."));
    EXPECT_THAT(ask("AddPermission",
                    R"(,"Qualifier":"1","StatementId":"a","Action":"lambda:*","Principal":"123456789012")"),
                HasSubstr(R"({\"AWS\":\"arn:aws:iam::123456789012:root\"})"));
    EXPECT_THAT(ask("AddPermission",
                    R"(,"Qualifier":"$LATEST","StatementId":"a","Action":"lambda:*","Principal":"*")"),
                HasSubstr("We currently do not support adding policies for $LATEST."));
    EXPECT_THAT(ask("AddPermission", R"(,"StatementId":"b","Action":"lambda:*","Principal":"nobody")"),
                HasSubstr("The provided principal was invalid."));
    restart();
    EXPECT_THAT(
        ask("GetPolicy"),
        AllOf(HasSubstr(R"({\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[{\"Sid\":\"s3\")"),
              HasSubstr("RevisionId")));
    EXPECT_THAT(ask("RemovePermission", R"(,"StatementId":"s3","RevisionId":"x")"),
                HasSubstr("PreconditionFailedException"));
    EXPECT_THAT(ask("RemovePermission", R"(,"StatementId":"other")"),
                HasSubstr("Statement other is not found in resource policy."));
    EXPECT_THAT(ask("RemovePermission", R"(,"StatementId":"s3")"), Not(HasSubstr("Exception")));
    EXPECT_THAT(ask("GetPolicy"), HasSubstr("The resource you requested does not exist."));
}

TEST_F(FunctionManagementTest, TwoStatementsAtOnceAreBothKept) {
    create("  return 1");
    const auto add = [&](const std::string& id) {
        return start_call(
            "AddPermission",
            fmt::format(R"({{"FunctionName":"f","StatementId":"{}","Action":"lambda:*","Principal":"*"}})",
                        id));
    };
    const auto first = add("one");
    const auto second = add("two");
    run_until([&] { return first->has_value() && second->has_value(); });
    EXPECT_THAT(ask("GetPolicy"), AllOf(HasSubstr("one"), HasSubstr("two")));
}

TEST_F(FunctionManagementTest, APolicyHasAtMostTwentyKilobytes) {
    create("  return 1");
    std::string answer;
    std::size_t bytes = 0;
    for (int i = 0; i < 200 && answer.find("PolicyLengthExceededException") == std::string::npos; ++i) {
        answer = ask("AddPermission",
                     fmt::format(R"(,"StatementId":"s{}","Action":"lambda:*","Principal":"*")", i));
        if (i % 50 == 0 || answer.find("Exceeded") != std::string::npos) {
            const auto policy = codec::parse_json(ask("GetPolicy"));
            bytes = policy->at("Policy").as_string().size();
        }
    }
    EXPECT_THAT(answer, HasSubstr("is bigger than the limit (20480)."));
    EXPECT_LE(bytes, 20'480U);
    EXPECT_GT(bytes, 20'300U) << "and not much less";
}

TEST_F(FunctionManagementTest, ReservedConcurrencyIsACeiling) {
    create("  time.sleep(float(event)); return 1");
    EXPECT_THAT(
        ask("PutFunctionConcurrency", R"(,"ReservedConcurrentExecutions":901)"),
        HasSubstr("decreases account's UnreservedConcurrentExecution below its minimum value of [100]."));
    EXPECT_THAT(ask("PutFunctionConcurrency", R"(,"ReservedConcurrentExecutions":900)"),
                Not(HasSubstr("Exception")));
    EXPECT_THAT(ask("PutFunctionConcurrency", R"(,"ReservedConcurrentExecutions":1)"),
                HasSubstr(R"("ReservedConcurrentExecutions":1)"));
    const auto running = start_invoke("f", "0.5");
    const auto refused = invoke("f", "0");
    EXPECT_EQ(refused.status, 429) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("Rate Exceeded."));
    run_until([&] { return running->has_value(); });
    EXPECT_EQ(invoke("f", "0").status, 200);
    EXPECT_THAT(
        call("GetAccountSettings", "{}").body,
        AllOf(HasSubstr(R"("UnreservedConcurrentExecutions":999)"), HasSubstr(R"("FunctionCount":1)")));
    restart();
    EXPECT_THAT(ask("GetFunctionConcurrency"), HasSubstr(R"("ReservedConcurrentExecutions":1)"));
    EXPECT_THAT(ask("GetFunction"), HasSubstr(R"("Concurrency":{"ReservedConcurrentExecutions":1})"));
    ask("DeleteFunctionConcurrency");
    EXPECT_THAT(ask("GetFunctionConcurrency"), Not(HasSubstr("ReservedConcurrentExecutions\":1")));
}

TEST_F(FunctionManagementTest, EventsOfAStoppedFunctionWait) {
    create("  print('ran')");
    ask("PutFunctionConcurrency", R"(,"ReservedConcurrentExecutions":0)");
    EXPECT_EQ(invoke("f", "{}").status, 429);
    EXPECT_EQ(invoke("f", "{}", "None", "Event").status, 202);
    EXPECT_FALSE(run_until([&] { return count_lines("ran") > 0; }, Milliseconds{300}));
    ask("DeleteFunctionConcurrency");
    EXPECT_TRUE(run_until([&] { return count_lines("ran") == 1; }));
}

TEST_F(FunctionManagementTest, ProvisionedProcessesAreReadyAhead) {
    create("  return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']");
    ask("PublishVersion");
    EXPECT_THAT(
        ask("PutProvisionedConcurrencyConfig",
            R"(,"Qualifier":"$LATEST","ProvisionedConcurrentExecutions":1)"),
        HasSubstr("Provisioned Concurrency Configs cannot be applied to unpublished function versions."));
    EXPECT_THAT(ask("GetProvisionedConcurrencyConfig", R"(,"Qualifier":"1")"),
                HasSubstr("No Provisioned Concurrency Config found for this function"));
    EXPECT_THAT(
        ask("PutProvisionedConcurrencyConfig", R"(,"Qualifier":"1","ProvisionedConcurrentExecutions":65)"),
        HasSubstr("at most 64 processes"));
    EXPECT_THAT(
        ask("PutProvisionedConcurrencyConfig", R"(,"Qualifier":"1","ProvisionedConcurrentExecutions":2)"),
        HasSubstr("IN_PROGRESS"));
    const auto ready = [&] {
        return ask("GetProvisionedConcurrencyConfig", R"(,"Qualifier":"1")").find(R"("Status":"READY")") !=
               std::string::npos;
    };
    EXPECT_TRUE(run_until(ready));
    EXPECT_EQ(invoke("f:1", "{}").payload, R"("provisioned-concurrency")");
    EXPECT_EQ(invoke("f", "{}").payload, R"("on-demand")");
    ask("CreateAlias", R"(,"Name":"live","FunctionVersion":"1")");
    EXPECT_THAT(
        ask("PutProvisionedConcurrencyConfig", R"(,"Qualifier":"live","ProvisionedConcurrentExecutions":1)"),
        HasSubstr("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned "
                  "version"));
    EXPECT_THAT(
        ask("ListProvisionedConcurrencyConfigs"),
        AllOf(HasSubstr("function:f:1\""), HasSubstr(R"("RequestedProvisionedConcurrentExecutions":2)")));
    restart();
    EXPECT_TRUE(run_until(ready)) << "started again, before anybody calls";
    ask("DeleteProvisionedConcurrencyConfig", R"(,"Qualifier":"1")");
    EXPECT_THAT(ask("ListProvisionedConcurrencyConfigs"), Not(HasSubstr("function:f:1")));
}

TEST_F(FunctionManagementTest, ProvisionedProcessesThatCannotStartAreSaidSo) {
    create_local("f", "python3.11", "index.handler", {{"index.py", "raise Exception('no')"}});
    ask("PublishVersion");
    ask("PutProvisionedConcurrencyConfig", R"(,"Qualifier":"1","ProvisionedConcurrentExecutions":1)");
    EXPECT_TRUE(run_until([&] {
        return ask("GetProvisionedConcurrencyConfig", R"(,"Qualifier":"1")")
                   .find("FUNCTION_ERROR_INIT_FAILURE") != std::string::npos;
    }));
}

TEST_F(FunctionManagementTest, SettingsAreKept) {
    create("  return 1");
    EXPECT_THAT(ask("GetFunctionRecursionConfig"), HasSubstr("Terminate"));
    ask("PutFunctionRecursionConfig", R"(,"RecursiveLoop":"Allow")");
    EXPECT_THAT(ask("GetRuntimeManagementConfig"), HasSubstr("Auto"));
    EXPECT_THAT(ask("PutRuntimeManagementConfig", R"(,"UpdateRuntimeOn":"Manual")"),
                HasSubstr("InvalidParameterValueException"));
    ask("PutRuntimeManagementConfig", R"(,"UpdateRuntimeOn":"FunctionUpdate")");
    restart();
    EXPECT_THAT(ask("GetFunctionRecursionConfig"), HasSubstr("Allow"));
    EXPECT_THAT(ask("GetRuntimeManagementConfig"), HasSubstr("FunctionUpdate"));
}

TEST_F(FunctionManagementTest, TracingIsKeptAndShown) {
    create("  return 1");
    EXPECT_THAT(ask("GetFunctionConfiguration"), HasSubstr(R"("TracingConfig":{"Mode":"PassThrough"})"));
    EXPECT_THAT(ask("UpdateFunctionConfiguration", R"(,"TracingConfig":{"Mode":"Active"})"),
                HasSubstr(R"("TracingConfig":{"Mode":"Active"})"));
    EXPECT_THAT(ask("PublishVersion"), HasSubstr(R"("Mode":"Active")"));
    ask("UpdateFunctionConfiguration", R"(,"TracingConfig":{"Mode":"PassThrough"})");
    EXPECT_THAT(ask("PublishVersion"), HasSubstr(R"("Version":"2")"));
    restart();
    EXPECT_THAT(ask("GetFunctionConfiguration", R"(,"Qualifier":"1")"), HasSubstr(R"("Mode":"Active")"));
    EXPECT_THAT(ask("GetFunctionConfiguration"), HasSubstr(R"("Mode":"PassThrough")"));
}

TEST_F(FunctionManagementTest, ARuntimeHasAVersion) {
    create("  return 1");
    const std::string key =
        R"("RuntimeVersionConfig":{"RuntimeVersionArn":"arn:aws:lambda:us-east-1::runtime:)";
    EXPECT_THAT(ask("GetFunctionConfiguration"), HasSubstr(key));
    EXPECT_THAT(ask("ListFunctions"), Not(HasSubstr(key))) << "lists are shorter, as on AWS";
    ask("PutRuntimeManagementConfig",
        R"(,"UpdateRuntimeOn":"Manual","RuntimeVersionArn":"arn:aws:lambda:us-east-1::runtime:chosen")");
    EXPECT_THAT(ask("GetFunctionConfiguration"), HasSubstr(key + "chosen"));
}

TEST_F(FunctionManagementTest, ACodeSigningConfigurationComesWithTheFunction) {
    write_file("g/index.py", "def handler(e, c): return 1\n");
    const auto create_g = [this](const std::string& arn) {
        return call("CreateFunction",
                    fmt::format(
                        R"({{"FunctionName":"g","Role":"arn:aws:iam::000000000000:role/r",)"
                        R"("Runtime":"python3.11","Handler":"index.handler","CodeSigningConfigArn":"{}",)"
                        R"("Code":{{"S3Bucket":"__local__","S3Key":"{}"}}}})",
                        arn, path("g")))
            .body;
    };
    EXPECT_THAT(create_g("arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0"),
                HasSubstr("CodeSigningConfigNotFoundException"));
    const auto config = codec::parse_json(
        call(
            "CreateCodeSigningConfig",
            R"({"AllowedPublishers":{"SigningProfileVersionArns":["arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abcdefghij"]}})")
            .body);
    const std::string arn(config->at("CodeSigningConfig").at("CodeSigningConfigArn").as_string());
    EXPECT_THAT(create_g(arn), HasSubstr(R"("FunctionName":"g")"));
    restart();
    EXPECT_THAT(call("GetFunctionCodeSigningConfig", R"({"FunctionName":"g"})").body, HasSubstr(arn));
}

TEST_F(FunctionManagementTest, AFunctionMayOpenAThousandFiles) {
    create("  import resource; return resource.getrlimit(resource.RLIMIT_NOFILE)");
    EXPECT_EQ(invoke("f", "{}").payload, "[1024, 1024]");
}

}  // namespace
}  // namespace millrace::lambda
