#include "services/ssm/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "services/ssm/filters.h"
#include "services/ssm/limits.h"
#include "services/ssm/names.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::ssm {
namespace {

using testing::HasSubstr;
using testing::Not;

class SsmTest : public testing::Test {
  protected:
    SsmTest() { open(); }

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

    std::string call(std::string_view operation, codec::JsonObject input) {
        const auto pending = aws::testing::start(*registry_, operation, codec::to_json(input), context_);
        home_.run_ready();
        return *pending ? (*pending)->body : "(no answer yet)";
    }
    std::string put(std::string_view name, std::string_view value, codec::JsonObject more = {}) {
        codec::JsonObject input{{"Name", name}, {"Value", value}, {"Type", "String"}};
        for (const auto& [member, given] : more) input[member] = given;
        return call("PutParameter", std::move(input));
    }
    std::string get(std::string_view name) { return call("GetParameter", {{"Name", name}}); }

    ports::ResourceRequest request(std::string_view properties) {
        return {.context = context_,
                .type = "AWS::SSM::Parameter",
                .generated_name = "stack-Thing-ABCDEFGHIJKL",
                .properties = codec::parse_json(properties)->get_object()};
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    storage::MemoryLogStore store_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::optional<aws::Registry> registry_;
    aws::RequestContext context_ = aws::testing::test_context();
};

TEST_F(SsmTest, WhatIsPutIsThereAlsoAfterARestart) {
    EXPECT_EQ(put("/app/stage", "prod", {{"Description", "which"}}), R"({"Version":1,"Tier":"Standard"})");
    EXPECT_EQ(put("/app/stage", "test", {{"Overwrite", true}}), R"({"Version":2,"Tier":"Standard"})");
    open();
    EXPECT_THAT(get("/app/stage"), HasSubstr(R"("Value":"test","Version":2)"));
    EXPECT_THAT(get("/app/stage:2"), HasSubstr(R"("Selector":":2")"));
    EXPECT_THAT(get("arn:aws:ssm:us-east-1:000000000000:parameter/app/stage"),
                HasSubstr(R"("Value":"test")"));
    EXPECT_THAT(get("/app/stage:1"), HasSubstr("ParameterVersionNotFound"));
    EXPECT_THAT(call("DescribeParameters", {}), HasSubstr(R"("Description":"which")"));
    context_.scope.region = "eu-west-1";
    EXPECT_THAT(get("/app/stage"), HasSubstr("ParameterNotFound"));
}

TEST_F(SsmTest, NothingIsOverwrittenByMistake) {
    put("a", "1");
    EXPECT_THAT(put("a", "2"), HasSubstr("ParameterAlreadyExists"));
    EXPECT_THAT(put("a", "2", {{"Overwrite", true}, {"Type", "StringList"}}),
                HasSubstr("HierarchyTypeMismatch"));
    EXPECT_THAT(get("a"), HasSubstr(R"("Value":"1","Version":1)"));
}

TEST_F(SsmTest, NamesEndAtTheirLimits) {
    std::string levels;
    for (std::size_t i = 0; i < kLevelsMax; ++i) levels += "/l";
    EXPECT_THAT(put(levels, "x"), HasSubstr("Version"));
    EXPECT_THAT(put(levels + "/l", "x"), HasSubstr("HierarchyLevelLimitExceededException"));
    const std::size_t before = std::string("arn:aws:ssm:us-east-1:000000000000:parameter/").size();
    const std::string longest(kNameCharsMax - before, 'n');
    EXPECT_THAT(put(longest, "x"), HasSubstr("Version"));
    EXPECT_THAT(put(longest + "n", "x"), HasSubstr("too long"));
    for (const char* bad : {"a b", "ssm-x", "/SSM/x", "/a//b", "/a/", "a/b", "/"})
        EXPECT_THAT(put(bad, "x"), HasSubstr("ValidationException")) << bad;
    EXPECT_THAT(put("/aws/x", "x"), HasSubstr("AccessDeniedException"));
}

TEST_F(SsmTest, ValuesEndAtTheirLimits) {
    EXPECT_THAT(put("a", std::string(kStandardValueCharsMax, 'v')), HasSubstr("Version"));
    EXPECT_THAT(put("b", std::string(kStandardValueCharsMax + 1, 'v')),
                HasSubstr("maximum parameter value of 4096"));
    EXPECT_THAT(put("b", std::string(kStandardValueCharsMax + 1, 'v'), {{"Tier", "Intelligent-Tiering"}}),
                HasSubstr(R"("Tier":"Advanced")"));
    EXPECT_THAT(put("c", std::string(kAdvancedValueCharsMax, 'v'), {{"Tier", "Advanced"}}),
                HasSubstr("Version"));
    EXPECT_THAT(put("d", std::string(kAdvancedValueCharsMax + 1, 'v'), {{"Tier", "Advanced"}}),
                HasSubstr("8192"));
    EXPECT_THAT(put("d", ""), HasSubstr("ValidationException"));
    EXPECT_THAT(put("d", "12x", {{"AllowedPattern", "\\d+"}}),
                HasSubstr("ParameterPatternMismatchException"));
    EXPECT_THAT(put("d", "12", {{"AllowedPattern", "("}}), HasSubstr("InvalidAllowedPatternException"));
    EXPECT_THAT(put("d", "secret", {{"Type", "SecureString"}}), HasSubstr("UnsupportedParameterType"));
    EXPECT_THAT(put("d", "x", {{"KeyId", "alias/mine"}}), HasSubstr("KeyId is not offered"));
}

TEST_F(SsmTest, PathsAndFiltersShowWhatIsBelowThem) {
    EXPECT_TRUE(is_below("/a", false, "/a/b"));
    EXPECT_FALSE(is_below("/a", false, "/a/b/c"));
    EXPECT_TRUE(is_below("/a/", true, "/a/b/c"));
    EXPECT_FALSE(is_below("/a", true, "/ab/c"));
    EXPECT_FALSE(is_below("/a", true, "/a"));
    EXPECT_TRUE(is_below("/", false, "bare"));
    for (const char* name : {"/a/1", "/a/2", "/a/b/3", "/b/4"}) put(name, "v");
    const std::string all = call("GetParametersByPath", {{"Path", "/a"}, {"Recursive", true}});
    EXPECT_THAT(all, testing::AllOf(HasSubstr("/a/1"), HasSubstr("/a/b/3"), Not(HasSubstr("/b/4"))));
    const std::string first = call("GetParametersByPath", {{"Path", "/a"}, {"MaxResults", 1}});
    EXPECT_THAT(first, testing::AllOf(HasSubstr("/a/1"), HasSubstr("NextToken"), Not(HasSubstr("/a/2"))));
    const std::string next =
        call("GetParametersByPath", {{"Path", "/a"}, {"MaxResults", 1}, {"NextToken", "/a/1"}});
    EXPECT_THAT(next, testing::AllOf(HasSubstr("/a/2"), Not(HasSubstr("NextToken"))));
    EXPECT_THAT(call("GetParametersByPath", {{"Path", "a"}}), HasSubstr("must begin with a forward slash"));
    const codec::Json by_name =
        codec::parse_json(R"([{"Key":"Name","Option":"BeginsWith","Values":["/b"]}])").value();
    EXPECT_THAT(call("DescribeParameters", {{"ParameterFilters", by_name}}),
                testing::AllOf(HasSubstr("/b/4"), Not(HasSubstr("/a/1"))));
}

TEST_F(SsmTest, SeveralAreReadAndDeletedAtOnce) {
    put("a", "1");
    put("b", "2");
    EXPECT_THAT(call("GetParameters", {{"Names", {"a", "none"}}}),
                testing::AllOf(HasSubstr(R"("Value":"1")"), HasSubstr(R"("InvalidParameters":["none"])")));
    EXPECT_EQ(call("DeleteParameters", {{"Names", {"a", "none"}}}),
              R"({"DeletedParameters":["a"],"InvalidParameters":["none"]})");
    EXPECT_EQ(call("DeleteParameter", {{"Name", "b"}}), "{}");
    EXPECT_THAT(call("DeleteParameter", {{"Name", "b"}}), HasSubstr("ParameterNotFound"));
    open();
    EXPECT_EQ(call("DescribeParameters", {}), R"({"Parameters":[]})");
}

TEST_F(SsmTest, TagsBelongToNoVersion) {
    put("a", "1");
    const codec::Json tags = codec::parse_json(R"([{"Key":"team","Value":"mill"}])").value();
    EXPECT_EQ(call("AddTagsToResource", {{"ResourceType", "Parameter"}, {"ResourceId", "a"}, {"Tags", tags}}),
              "{}");
    EXPECT_THAT(call("ListTagsForResource", {{"ResourceType", "Parameter"}, {"ResourceId", "a"}}),
                HasSubstr("mill"));
    EXPECT_THAT(get("a"), HasSubstr(R"("Version":1)"));
    EXPECT_EQ(call("RemoveTagsFromResource",
                   {{"ResourceType", "Parameter"}, {"ResourceId", "a"}, {"TagKeys", {"team"}}}),
              "{}");
    EXPECT_EQ(call("ListTagsForResource", {{"ResourceType", "Parameter"}, {"ResourceId", "a"}}),
              R"({"TagList":[]})");
    EXPECT_THAT(call("ListTagsForResource", {{"ResourceType", "Parameter"}, {"ResourceId", "b"}}),
                HasSubstr("InvalidResourceId"));
}

TEST_F(SsmTest, WhatATemplateMadeIsFoundWhenItsAnswerWasLost) {
    ports::ResourceProvider& provider = service_->resource_provider();
    ports::ResourceRequest named = request(R"({"Type":"String","Value":"v","Name":"/app/stage"})");
    named.begun = clock_.now();
    EXPECT_EQ(provider.find_unanswered(named), "");
    provider.create(named, [](auto) {});
    home_.run_ready();
    EXPECT_EQ(provider.find_unanswered(named), "/app/stage");
    clock_.advance(Seconds{1});
    named.begun = clock_.now();
    EXPECT_EQ(provider.find_unanswered(named), "") << "it was there before";
    put("/app/stage", "w", {{"Overwrite", true}});
    EXPECT_EQ(provider.find_unanswered(named), "") << "changed, not made";
}

TEST_F(SsmTest, TemplatesMakeChangeAndRemoveThem) {
    std::string id;
    const auto done = [&](auto made) { id = made ? made->physical_id : made.error().message; };
    ports::ResourceProvider& provider = service_->resource_provider();
    provider.create(request(R"({"Type":"String","Value":21,"Tags":{"team":"mill"}})"), done);
    home_.run_ready();
    EXPECT_EQ(id, "stack-Thing-ABCDEFGHIJKL");
    EXPECT_THAT(get(id), HasSubstr(R"("Value":"21","Version":1)"));
    provider.update(request(R"({"Type":"String","Value":"22"})"), id, {}, done);
    home_.run_ready();
    EXPECT_THAT(get(id), HasSubstr(R"("Value":"22","Version":2)"));
    EXPECT_EQ(service_->parameter_source().find(context_.scope, id)->value, "22");
    provider.create(request(R"({"Type":"String","Value":"x","Name":"stack-Thing-ABCDEFGHIJKL"})"), done);
    home_.run_ready();
    EXPECT_THAT(id, HasSubstr("already exists"));
    for (int i = 0; i < 2; ++i) {  // one that is gone counts as removed
        bool removed = false;
        provider.remove(request("{}"), "stack-Thing-ABCDEFGHIJKL",
                        [&](auto outcome) { removed = outcome.has_value(); });
        home_.run_ready();
        EXPECT_TRUE(removed);
    }
    EXPECT_EQ(call("DescribeParameters", {}), R"({"Parameters":[]})");
}

}  // namespace
}  // namespace millrace::ssm
