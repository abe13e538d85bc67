#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "cli/testing/command_run.h"
#include "codec/form.h"
#include "codec/json.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

using http::Request;
using http::Response;
using testing::HasSubstr;

/// CloudFormation as one stack sees it.
class FakeStack {
  public:
    explicit FakeStack(std::string final_status) : final_status_(std::move(final_status)) {}

    Response operator()(const Request& request) {
        if (request.target.starts_with("/millrace-templates")) {
            if (request.method == "PUT") kept_[request.target] = request.body;
            return {.status = 200, .headers = {}, .body = {}};
        }
        std::map<std::string, std::string> input;
        for (const auto& [name, value] : codec::parse_form(request.body).value()) input[name] = value;
        const std::string action = input["Action"];
        actions_ += action + " ";
        if (action == "CreateStack") {
            created_ = input;
            return xml(action, "<StackId>id</StackId>");
        }
        if (created_.empty()) return xml_error("ValidationError", "Stack with id s does not exist");
        if (action == "DescribeStackEvents") {
            return xml(action, "<StackEvents>" + event("2", "Q", "CREATE_FAILED", "the name is taken") +
                                   event("1", "Q", "CREATE_IN_PROGRESS", "") + "</StackEvents>");
        }
        const bool done = ++describes_ > 1;
        return xml(action, "<Stacks><member><StackName>s</StackName><StackId>id</StackId><StackStatus>" +
                               (done ? final_status_ : "CREATE_IN_PROGRESS") +
                               "</StackStatus><Parameters/><Outputs><member><OutputKey>Url</"
                               "OutputKey><OutputValue>u</OutputValue>"
                               "</member></Outputs></member></Stacks>");
    }

    std::map<std::string, std::string> created_;
    std::map<std::string, std::string> kept_;  ///< what S3 got, by its path
    std::string actions_;

  private:
    static std::string event(const std::string& id, const std::string& name, const std::string& status,
                             const std::string& reason) {
        return "<member><EventId>" + id +
               "</EventId><Timestamp>2026-01-01T00:00:00Z</Timestamp><LogicalResourceId>" + name +
               "</LogicalResourceId><ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>" + status +
               "</ResourceStatus><ResourceStatusReason>" + reason + "</ResourceStatusReason></member>";
    }

    std::string final_status_;
    int describes_ = 0;
};

class DeployTest : public testing::Test {
  protected:
    DeployTest() {
        EXPECT_TRUE(files::write_file(
            files_, template_, "Parameters: {P: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}\n"));
    }
    files::PosixFileSystem files_;
    files::TemporaryDirectory directory_;
    std::string template_ = directory_.path() + "/s.yaml";
};

TEST_F(DeployTest, CreatesShowsEventsOnceThenOutputs) {
    FakeStack stack("CREATE_COMPLETE");
    const FakeServer server(std::ref(stack));
    const Ran ran = run({"deploy", template_, "--parameter", "P=a=b", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(stack.created_["StackName"], "s");
    EXPECT_EQ(stack.created_["Parameters.member.1.ParameterKey"], "P");
    EXPECT_EQ(stack.created_["Parameters.member.1.ParameterValue"], "a=b");
    EXPECT_EQ(stack.created_["Capabilities.member.2"], "CAPABILITY_NAMED_IAM");
    EXPECT_EQ(ran.out.find("CREATE_IN_PROGRESS"), ran.out.rfind("CREATE_IN_PROGRESS"));
    EXPECT_LT(ran.out.find("CREATE_IN_PROGRESS"), ran.out.find("CREATE_FAILED"));
    EXPECT_THAT(ran.out, HasSubstr("Url      u"));
}

TEST_F(DeployTest, ATemplateTooLargeForARequestGoesByWayOfS3) {
    constexpr std::size_t kBodyBytesMax = 51'200;
    std::string body = "Resources: {Q: {Type: AWS::SQS::Queue}}\n#";
    body.resize(kBodyBytesMax, 'x');
    const auto created_of = [&](const std::string& text) {
        EXPECT_TRUE(files::write_file(files_, template_, text));
        FakeStack stack("CREATE_COMPLETE");
        const FakeServer server(std::ref(stack));
        const Ran ran = run({"deploy", template_, "--endpoint-url", server.url()});
        EXPECT_EQ(ran.status, 0) << ran.err;
        if (!stack.kept_.empty()) {
            const auto& [path, kept] = *stack.kept_.begin();
            EXPECT_EQ(stack.created_["TemplateURL"], server.url() + path);
            EXPECT_EQ(kept, text);
        }
        return stack.created_;
    };
    auto created = created_of(body);
    EXPECT_EQ(created["TemplateBody"], body);
    EXPECT_FALSE(created.contains("TemplateURL"));
    created = created_of(body + "x");
    EXPECT_TRUE(created.contains("TemplateURL"));
    EXPECT_FALSE(created.contains("TemplateBody"));
}

TEST_F(DeployTest, FailureSaysWhy) {
    FakeStack stack("ROLLBACK_COMPLETE");
    const FakeServer server(std::ref(stack));
    const Ran ran = run({"deploy", template_, "--json", "--endpoint-url", server.url()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.err, "millrace: stack s ended in ROLLBACK_COMPLETE: Q: the name is taken\n");
    EXPECT_EQ(codec::parse_json(ran.out).value().at("Outputs").as_array().size(), 1u);
}

/// A stack that fails because of what is in the nested stack N2 of its nested stack N1.
Response nested_failure(const Request& request, bool& created) {
    std::map<std::string, std::string> input;
    for (const auto& [name, value] : codec::parse_form(request.body).value()) input[name] = value;
    const std::string action = input["Action"];
    const std::string stack = input["StackName"];
    const auto event = [&](const std::string& name, const std::string& physical, const std::string& status,
                           const std::string& reason) {
        return "<member><EventId>" + stack + name + status + "</EventId><StackId>" + stack +
               "</StackId><LogicalResourceId>" + name + "</LogicalResourceId><PhysicalResourceId>" +
               physical + "</PhysicalResourceId><ResourceType>AWS::" +
               (physical.empty() ? "SQS::Queue" : "CloudFormation::Stack") +
               "</ResourceType><ResourceStatus>" + status + "</ResourceStatus><ResourceStatusReason>" +
               reason + "</ResourceStatusReason></member>";
    };
    // Newest first.
    const std::map<std::string, std::string> events{
        {"root", event("N1", "n1", "UPDATE_FAILED", "N1 was not updated")},
        {"n1", event("n1", "n1", "UPDATE_ROLLBACK_IN_PROGRESS", "rolled back") +
                   event("N2", "n2", "CREATE_FAILED", "N2 was not created") +
                   event("A", "", "UPDATE_FAILED", "Resource update cancelled") +
                   event("n1", "n1", "UPDATE_IN_PROGRESS", "") + event("B", "", "CREATE_FAILED", "long ago")},
        {"n2", event("n2", "n2", "CREATE_FAILED", "failed to create: [Q]") +
                   event("R", "", "CREATE_FAILED", "the second cause") +
                   event("Q", "", "CREATE_FAILED", "the first cause") +
                   event("n2", "n2", "CREATE_IN_PROGRESS", "")}};
    if (action == "CreateStack") {
        created = true;
        return xml(action, "<StackId>root</StackId>");
    }
    if (!created) return xml_error("ValidationError", "Stack with id s does not exist");
    if (action == "DescribeStackEvents")
        return xml(action, "<StackEvents>" + events.at(stack) + "</StackEvents>");
    return xml(action,
               "<Stacks><member><StackName>s</StackName><StackId>root</StackId>"
               "<StackStatus>ROLLBACK_COMPLETE</StackStatus></member></Stacks>");
}

TEST_F(DeployTest, AFailureInNestedStacksNamesItsFirstCause) {
    bool created = false;
    const FakeServer server([&](const Request& request) { return nested_failure(request, created); });
    EXPECT_EQ(run({"deploy", template_, "--endpoint-url", server.url()}).err,
              "millrace: stack s ended in ROLLBACK_COMPLETE: N1.N2.Q: the first cause\n");
}

TEST_F(DeployTest, MistakesAreFoundBeforeAnythingIsSent) {
    EXPECT_EQ(run({"deploy", template_, "--parameter", "Nope=1"}).err,
              "millrace: the template has no parameter Nope\n");
    EXPECT_THAT(run({"deploy", template_, "--parameter", "P"}).err,
                HasSubstr("--parameter takes KEY=VALUE, not \"P\""));
    EXPECT_THAT(run({"deploy", directory_.path() + "/none.yaml"}).err, HasSubstr("none.yaml"));
}

}  // namespace
}  // namespace millrace::cli
