#include "services/iam/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "codec/timestamp.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::iam {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTrust =
    R"({"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}})";
constexpr std::string_view kAllow =
    R"({"Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}})";

class IamTest : public testing::Test {
  protected:
    IamTest() { open(); }

    void open() {
        service_.reset();
        catalog_.reset();
        storage::LogCatalog::open(store_, clock_, [this](auto catalog) { catalog_ = std::move(*catalog); });
        home_.run_ready();
        auto service = Service::open({clock_, random_, *catalog_});
        ASSERT_TRUE(service);
        service_ = std::move(*service);
        registry_.emplace();
        service_->register_operations(*registry_);
    }

    /// The body of the answer; `input` are members, with documents as JSON values.
    std::string call(std::string_view operation, codec::JsonObject input) {
        const auto pending = aws::testing::start(*registry_, operation, codec::to_json(input), context_);
        home_.run_ready();
        return *pending ? (*pending)->body : "(no answer yet)";
    }

    void make_role(std::string_view name = "r") {
        EXPECT_THAT(call("CreateRole", {{"RoleName", name}, {"AssumeRolePolicyDocument", kTrust}}),
                    HasSubstr("AROA"));
    }

    ports::ResourceRequest request(std::string type, std::string_view properties) {
        return {.context = context_,
                .type = std::move(type),
                .generated_name = "stack-Thing-ABCDEFGHIJKL",
                .properties = codec::parse_json(properties)->get_object()};
    }
    aws::Outcome<ports::Resource> create(ports::ResourceRequest wanted) {
        aws::Outcome<ports::Resource> made = std::unexpected(aws::internal_failure("no answer"));
        service_->resource_provider().create(std::move(wanted),
                                             [&](auto outcome) { made = std::move(outcome); });
        home_.run_ready();
        return made;
    }
    aws::Outcome<ports::Resource> update(ports::ResourceRequest wanted, std::string id,
                                         std::string_view previous) {
        aws::Outcome<ports::Resource> made = std::unexpected(aws::internal_failure("no answer"));
        service_->resource_provider().update(std::move(wanted), std::move(id),
                                             codec::parse_json(previous)->get_object(),
                                             [&](auto outcome) { made = std::move(outcome); });
        home_.run_ready();
        return made;
    }
    bool remove(ports::ResourceRequest wanted, std::string id) {
        bool removed = false;
        service_->resource_provider().remove(std::move(wanted), std::move(id),
                                             [&](auto outcome) { removed = outcome.has_value(); });
        home_.run_ready();
        return removed;
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    SeededRandom random_{5};
    storage::MemoryLogStore store_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::optional<aws::Registry> registry_;
    aws::RequestContext context_ = aws::testing::test_context();
};

TEST_F(IamTest, RolesLiveThroughARestartAndInAllRegions) {
    EXPECT_THAT(
        call("CreateRole", {{"RoleName", "r"},
                            {"Path", "/team/"},
                            {"AssumeRolePolicyDocument", kTrust},
                            {"Description", "d"},
                            {"MaxSessionDuration", 7200},
                            {"Tags", codec::JsonArray{codec::JsonObject{{"Key", "k"}, {"Value", "v"}}}}}),
        HasSubstr("arn:aws:iam::000000000000:role/team/r"));
    open();
    context_.scope.region = "eu-west-1";
    const std::string role = call("GetRole", {{"RoleName", "r"}});
    EXPECT_THAT(role, HasSubstr(R"("MaxSessionDuration":7200)"));
    EXPECT_THAT(role, HasSubstr(R"("Tags":[{"Key":"k","Value":"v"}])"));
    EXPECT_THAT(role, HasSubstr("%7B%22Statement%22%3A")) << "documents are percent-encoded";
    EXPECT_THAT(call("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", kTrust}}),
                HasSubstr("Role with name r already exists."));
    EXPECT_THAT(call("ListRoles", {{"PathPrefix", "/team/"}}), HasSubstr(R"("RoleName":"r")"));
    EXPECT_THAT(call("ListRoles", {{"PathPrefix", "/other/"}}), HasSubstr(R"("Roles":[])"));
    context_.scope.account = "111111111111";
    EXPECT_THAT(call("GetRole", {{"RoleName", "r"}}), HasSubstr("The role with name r cannot be found."));
}

TEST_F(IamTest, MalformedDocumentsAreRefused) {
    EXPECT_THAT(call("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", "{"}}),
                HasSubstr("MalformedPolicyDocument"));
    make_role();
    EXPECT_THAT(call("PutRolePolicy", {{"RoleName", "r"}, {"PolicyName", "p"}, {"PolicyDocument", kTrust}}),
                HasSubstr("MalformedPolicyDocument"));
    EXPECT_THAT(call("UpdateAssumeRolePolicy", {{"RoleName", "r"}, {"PolicyDocument", kAllow}}),
                HasSubstr("Has prohibited field Resource"));
}

TEST_F(IamTest, InlinePoliciesAndAttachmentsHoldARole) {
    make_role();
    EXPECT_EQ(call("PutRolePolicy", {{"RoleName", "r"}, {"PolicyName", "p"}, {"PolicyDocument", kAllow}}),
              "");
    EXPECT_THAT(call("GetRolePolicy", {{"RoleName", "r"}, {"PolicyName", "p"}}),
                HasSubstr("sqs%3ASendMessage"));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "r"}}), HasSubstr(R"("PolicyNames":["p"])"));
    const std::string_view basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    EXPECT_EQ(call("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", basic}}), "");
    EXPECT_THAT(
        call("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", "arn:aws:iam::000000000000:policy/none"}}),
        HasSubstr("does not exist or is not attachable."));
    EXPECT_THAT(call("ListAttachedRolePolicies", {{"RoleName", "r"}}),
                HasSubstr(R"({"PolicyName":"AWSLambdaBasicExecutionRole","PolicyArn":)"));
    EXPECT_THAT(call("DeleteRole", {{"RoleName", "r"}}), HasSubstr("must detach all policies first."));
    EXPECT_EQ(call("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", basic}}), "");
    EXPECT_THAT(call("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", basic}}),
                HasSubstr("was not found."));
    EXPECT_THAT(call("DeleteRole", {{"RoleName", "r"}}), HasSubstr("must delete policies first."));
    EXPECT_EQ(call("DeleteRolePolicy", {{"RoleName", "r"}, {"PolicyName", "p"}}), "");
    EXPECT_EQ(call("DeleteRole", {{"RoleName", "r"}}), "");
    EXPECT_THAT(call("DeleteRole", {{"RoleName", "r"}}), HasSubstr("NoSuchEntity"));
}

TEST_F(IamTest, ListingsGoPageByPage) {
    for (const std::string_view name : {"c", "a", "b"}) make_role(name);
    const std::string page = call("ListRoles", {{"MaxItems", 2}});
    EXPECT_THAT(page, HasSubstr(R"("IsTruncated":true,"Marker":"b")"));
    const std::string rest = call("ListRoles", {{"MaxItems", 2}, {"Marker", "b"}});
    EXPECT_THAT(rest, HasSubstr(R"("RoleName":"c")"));
    EXPECT_THAT(rest, HasSubstr(R"("IsTruncated":false)"));
}

TEST_F(IamTest, ManagedPoliciesCannotGoWhileAttached) {
    make_role();
    EXPECT_THAT(call("CreatePolicy", {{"PolicyName", "p"}, {"PolicyDocument", kAllow}}),
                HasSubstr("arn:aws:iam::000000000000:policy/p"));
    const std::string_view arn = "arn:aws:iam::000000000000:policy/p";
    EXPECT_EQ(call("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}}), "");
    EXPECT_THAT(call("GetPolicy", {{"PolicyArn", arn}}), HasSubstr(R"("AttachmentCount":1)"));
    EXPECT_THAT(call("GetPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}}),
                HasSubstr("SendMessage"));
    EXPECT_THAT(call("DeletePolicy", {{"PolicyArn", arn}}),
                HasSubstr("Cannot delete a policy attached to entities."));
    EXPECT_EQ(call("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}}), "");
    EXPECT_EQ(call("DeletePolicy", {{"PolicyArn", arn}}), "");
    EXPECT_THAT(call("ListPolicies", {}), HasSubstr(R"("Policies":[])"));
}

TEST_F(IamTest, RolesComeFromTemplates) {
    const std::string properties =
        R"({"AssumeRolePolicyDocument":)" + std::string{kTrust} +
        R"(,"Policies":[{"PolicyName":"inline","PolicyDocument":)" + std::string{kAllow} +
        R"(}],"ManagedPolicyArns":["arn:aws:iam::aws:policy/A"],"MaxSessionDuration":"7200"})";
    const auto role = create(request("AWS::IAM::Role", properties));
    ASSERT_TRUE(role) << role.error().message;
    EXPECT_EQ(role->physical_id, "stack-Thing-ABCDEFGHIJKL");
    EXPECT_EQ(role->attributes.at("Arn"), "arn:aws:iam::000000000000:role/stack-Thing-ABCDEFGHIJKL");
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", role->physical_id}}), HasSubstr("inline"));

    (void)call("PutRolePolicy",
               {{"RoleName", role->physical_id}, {"PolicyName", "mine"}, {"PolicyDocument", kAllow}});
    const std::string bare = R"({"AssumeRolePolicyDocument":)" + std::string{kTrust} + "}";
    const auto updated = update(request("AWS::IAM::Role", bare), role->physical_id, properties);
    ASSERT_TRUE(updated);
    EXPECT_EQ(updated->attributes, role->attributes);
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", role->physical_id}}), HasSubstr(R"(["mine"])"));
    EXPECT_THAT(call("ListAttachedRolePolicies", {{"RoleName", role->physical_id}}),
                Not(HasSubstr("policy/A")));

    EXPECT_TRUE(remove(request("AWS::IAM::Role", bare), role->physical_id));
    EXPECT_TRUE(remove(request("AWS::IAM::Role", bare), role->physical_id)) << "gone already";
    EXPECT_FALSE(create(request("AWS::IAM::Role", "{}")));

    auto long_name = request("AWS::IAM::Role", bare);
    long_name.generated_name = std::string(80, 's') + "-ABCDEFGHIJKL";
    EXPECT_EQ(create(long_name)->physical_id, std::string(51, 's') + "-ABCDEFGHIJKL");
}

TEST_F(IamTest, PoliciesComeFromTemplates) {
    make_role("one");
    make_role("two");
    const auto inline_for = [](std::string_view role) {
        return R"({"PolicyName":"p","Roles":[")" + std::string{role} + R"("],"PolicyDocument":)" +
               std::string{kAllow} + "}";
    };
    const auto policy = create(request("AWS::IAM::Policy", inline_for("one")));
    ASSERT_TRUE(policy);
    ASSERT_TRUE(
        update(request("AWS::IAM::Policy", inline_for("two")), policy->physical_id, inline_for("one")));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "one"}}), HasSubstr("[]"));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "two"}}), HasSubstr(R"(["p"])"));
    EXPECT_TRUE(remove(request("AWS::IAM::Policy", inline_for("two")), policy->physical_id));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "two"}}), HasSubstr("[]"));

    const std::string properties = R"({"Roles":["one","two"],"PolicyDocument":)" + std::string{kAllow} + "}";
    const auto managed = create(request("AWS::IAM::ManagedPolicy", properties));
    ASSERT_TRUE(managed);
    EXPECT_EQ(managed->physical_id, "arn:aws:iam::000000000000:policy/stack-Thing-ABCDEFGHIJKL");
    EXPECT_THAT(call("GetPolicy", {{"PolicyArn", managed->physical_id}}),
                HasSubstr(R"("AttachmentCount":2)"));
    EXPECT_EQ(managed->attributes.at("AttachmentCount"), "2");
    const std::string made = managed->attributes.at("CreateDate");
    EXPECT_EQ(made, codec::format_iso8601(clock_.now(), codec::Iso8601Precision::kSeconds));
    clock_.advance(Seconds{90});
    const std::string other =
        R"({"Roles":["one"],"PolicyDocument":{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}})";
    auto updated = update(request("AWS::IAM::ManagedPolicy", other), managed->physical_id, properties);
    ASSERT_TRUE(updated);
    EXPECT_THAT(updated->attributes,
                testing::AllOf(testing::Contains(testing::Pair("AttachmentCount", "1")),
                               testing::Contains(testing::Pair("CreateDate", made)),
                               testing::Contains(testing::Pair("DefaultVersionId", "v2")),
                               testing::Contains(testing::Pair("UpdateDate", testing::Ne(made)))));
    const std::string shown = call("GetPolicy", {{"PolicyArn", managed->physical_id}});
    EXPECT_THAT(shown, HasSubstr(R"("AttachmentCount":1)"));
    EXPECT_THAT(shown, HasSubstr(R"("DefaultVersionId":"v2")"));
    EXPECT_TRUE(remove(request("AWS::IAM::ManagedPolicy", other), managed->physical_id));
    EXPECT_THAT(call("ListPolicies", {}), HasSubstr(R"("Policies":[])"));
}

TEST_F(IamTest, APolicyOfARoleComesFromTemplates) {
    make_role("one");
    const std::string names = R"("PolicyName":"p","RoleName":"one")";
    const std::string properties = "{" + names + R"(,"PolicyDocument":)" + std::string{kAllow} + "}";
    const auto policy = create(request("AWS::IAM::RolePolicy", properties));
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(policy->physical_id, "p|one");
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "one"}}), HasSubstr(R"(["p"])"));
    const std::string other =
        "{" + names + R"(,"PolicyDocument":{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}})";
    ASSERT_TRUE(update(request("AWS::IAM::RolePolicy", other), "p|one", properties));
    EXPECT_THAT(call("GetRolePolicy", {{"RoleName", "one"}, {"PolicyName", "p"}}), HasSubstr("Deny"));
    EXPECT_TRUE(remove(request("AWS::IAM::RolePolicy", other), "p|one"));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "one"}}), HasSubstr("[]"));
    EXPECT_TRUE(remove(request("AWS::IAM::RolePolicy", other), "p|one")) << "gone already";
    EXPECT_FALSE(
        create(request("AWS::IAM::RolePolicy", R"({"PolicyName":"p","RoleName":"two","PolicyDocument":)" +
                                                   std::string{kAllow} + "}")));
}

TEST_F(IamTest, PoliciesOfUsersComeFromTemplates) {
    make_role("one");
    for (const std::string_view name : {"ann", "bob"}) (void)call("CreateUser", {{"UserName", name}});
    const auto held_by = [](std::string_view holders) {
        return R"({"PolicyName":"p",)" + std::string{holders} + R"(,"PolicyDocument":)" +
               std::string{kAllow} + "}";
    };
    const std::string both = held_by(R"("Users":["ann"],"Roles":["one"])");
    const std::string bob = held_by(R"("Users":["bob"])");
    const auto policy = create(request("AWS::IAM::Policy", both));
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_THAT(call("ListUserPolicies", {{"UserName", "ann"}}), HasSubstr(R"(["p"])"));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "one"}}), HasSubstr(R"(["p"])"));
    ASSERT_TRUE(update(request("AWS::IAM::Policy", bob), policy->physical_id, both));
    EXPECT_THAT(call("ListUserPolicies", {{"UserName", "ann"}}), HasSubstr("[]"));
    EXPECT_THAT(call("ListRolePolicies", {{"RoleName", "one"}}), HasSubstr("[]"));
    EXPECT_THAT(call("ListUserPolicies", {{"UserName", "bob"}}), HasSubstr(R"(["p"])"));
    EXPECT_TRUE(remove(request("AWS::IAM::Policy", bob), policy->physical_id));
    EXPECT_THAT(call("ListUserPolicies", {{"UserName", "bob"}}), HasSubstr("[]"));

    const std::string single = held_by(R"("UserName":"ann")");
    const auto of_user = create(request("AWS::IAM::UserPolicy", single));
    ASSERT_TRUE(of_user) << of_user.error().message;
    EXPECT_EQ(of_user->physical_id, "p|ann");
    EXPECT_THAT(call("ListUserPolicies", {{"UserName", "ann"}}), HasSubstr(R"(["p"])"));
    EXPECT_TRUE(remove(request("AWS::IAM::UserPolicy", single), "p|ann"));
    EXPECT_THAT(call("ListUserPolicies", {{"UserName", "ann"}}), HasSubstr("[]"));
}

TEST_F(IamTest, AManagedPolicyIsAttachedToUsers) {
    for (const std::string_view name : {"ann", "bob"}) (void)call("CreateUser", {{"UserName", name}});
    const auto held_by = [](std::string_view users) {
        return R"({"Users":[)" + std::string{users} + R"(],"PolicyDocument":)" + std::string{kAllow} + "}";
    };
    const std::string both = held_by(R"("ann","bob")");
    const std::string one = held_by(R"("bob")");
    const auto managed = create(request("AWS::IAM::ManagedPolicy", both));
    ASSERT_TRUE(managed) << managed.error().message;
    const std::string arn = managed->physical_id;
    EXPECT_THAT(call("ListAttachedUserPolicies", {{"UserName", "ann"}}), HasSubstr(arn));
    ASSERT_TRUE(update(request("AWS::IAM::ManagedPolicy", one), arn, both));
    EXPECT_THAT(call("ListAttachedUserPolicies", {{"UserName", "ann"}}), Not(HasSubstr(arn)));
    EXPECT_THAT(call("GetPolicy", {{"PolicyArn", arn}}), HasSubstr(R"("AttachmentCount":1)"));
    EXPECT_TRUE(remove(request("AWS::IAM::ManagedPolicy", one), arn));
    EXPECT_THAT(call("ListPolicies", {}), HasSubstr(R"("Policies":[])"));
}

}  // namespace
}  // namespace millrace::iam
