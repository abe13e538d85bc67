#include "services/ecr/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::ecr {
namespace {

using testing::HasSubstr;
using testing::Not;

class EcrTest : public testing::Test {
  protected:
    EcrTest() { open(); }

    void open() {
        service_.reset();
        catalog_.reset();
        storage::LogCatalog::open(store_, clock_, [this](auto catalog) { catalog_ = std::move(*catalog); });
        home_.run_ready();
        auto service = Service::open({clock_, *catalog_});
        ASSERT_TRUE(service);
        service_ = std::move(*service);
        registry_.emplace();
        service_->register_operations(*registry_);
    }

    std::string describe(std::string_view input) {
        return aws::testing::call(*registry_, "DescribeRepositories", input, context_).body;
    }
    ports::ResourceRequest request(std::string_view properties) {
        return {.context = context_,
                .type = "AWS::ECR::Repository",
                .generated_name = "stack-Thing-ABCDEFGHIJKL",
                .properties = codec::parse_json(properties)->get_object()};
    }
    /// The physical id, or the error's message.
    std::string create(std::string_view properties) {
        std::string id;
        service_->resource_provider().create(
            request(properties), [&](auto made) { id = made ? made->physical_id : made.error().message; });
        home_.run_ready();
        return id;
    }
    bool remove(std::string id) {
        bool removed = false;
        service_->resource_provider().remove(request("{}"), std::move(id),
                                             [&](auto outcome) { removed = outcome.has_value(); });
        home_.run_ready();
        return removed;
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    storage::MemoryLogStore store_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::optional<aws::Registry> registry_;
    aws::RequestContext context_ = aws::testing::test_context();
};

TEST_F(EcrTest, ARepositoryIsThereUntilItsStackRemovesIt) {
    EXPECT_EQ(describe("{}"), R"({"repositories":[]})");
    EXPECT_EQ(create(R"({"RepositoryName":"cdk/assets","ImageTagMutability":"IMMUTABLE"})"), "cdk/assets");
    EXPECT_EQ(create(R"({"RepositoryName":"cdk/assets"})"),
              "The repository with name 'cdk/assets' already exists in the registry with id '000000000000'");
    open();
    const std::string shown = describe(R"({"repositoryNames":["cdk/assets"],"registryId":"000000000000"})");
    EXPECT_THAT(shown, HasSubstr("arn:aws:ecr:us-east-1:000000000000:repository/cdk/assets"));
    EXPECT_THAT(shown, HasSubstr(R"("imageTagMutability":"IMMUTABLE")"));
    EXPECT_TRUE(remove("cdk/assets"));
    EXPECT_TRUE(remove("cdk/assets")) << "one that is gone counts as removed";
    EXPECT_THAT(describe(R"({"repositoryNames":["cdk/assets"]})"),
                HasSubstr("The repository with name 'cdk/assets' does not exist in the registry with id"));
    open();
    EXPECT_EQ(describe("{}"), R"({"repositories":[]})");
}

TEST_F(EcrTest, AGeneratedNameIsInSmallLetters) {
    EXPECT_EQ(create("{}"), "stack-thing-abcdefghijkl");
    EXPECT_EQ(service_->resource_provider().find_unanswered(request("{}")), "stack-thing-abcdefghijkl");
    EXPECT_TRUE(remove("stack-thing-abcdefghijkl"));
    EXPECT_EQ(describe("{}"), R"({"repositories":[]})");
    EXPECT_THAT(create(R"({"RepositoryName":"Big"})"), HasSubstr("Invalid parameter at 'repositoryName'"));
}

TEST_F(EcrTest, WhatATemplateMadeIsFoundWhenItsAnswerWasLost) {
    const ports::ResourceProvider& provider = service_->resource_provider();
    ports::ResourceRequest named = request(R"({"RepositoryName":"cdk/assets"})");
    named.begun = clock_.now();
    EXPECT_EQ(provider.find_unanswered(named), "");
    create(R"({"RepositoryName":"cdk/assets"})");
    EXPECT_EQ(provider.find_unanswered(named), "cdk/assets");
    clock_.advance(Seconds{1});
    named.begun = clock_.now();
    EXPECT_EQ(provider.find_unanswered(named), "") << "it was there before";
}

TEST_F(EcrTest, ListsHavePages) {
    for (const char* name : {"aa", "bb", "cc"}) create(std::string(R"({"RepositoryName":")") + name + "\"}");
    EXPECT_THAT(describe(R"({"maxResults":2})"),
                testing::AllOf(HasSubstr(R"("nextToken":"bb")"), Not(HasSubstr("cc"))));
    EXPECT_THAT(describe(R"({"nextToken":"bb"})"),
                testing::AllOf(HasSubstr("repository/cc"), Not(HasSubstr("repository/aa")),
                               Not(HasSubstr("nextToken"))));
}

TEST_F(EcrTest, AnUpdateChangesWhatIsThere) {
    create(R"({"RepositoryName":"aa"})");
    service_->resource_provider().update(request(R"({"ImageScanningConfiguration":{"ScanOnPush":true}})"),
                                         "aa", {}, [](auto) {});
    home_.run_ready();
    EXPECT_THAT(describe("{}"), HasSubstr(R"("scanOnPush":true)"));
}

}  // namespace
}  // namespace millrace::ecr
