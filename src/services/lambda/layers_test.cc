#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/base64.h"
#include "services/lambda/code/zip_writer.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kArn = "arn:aws:lambda:us-east-1:000000000000:layer:";

class LayersTest : public testing::ServiceTest {
  protected:
    std::string publish(const std::string& name, const testing::Files& files, const std::string& more = "") {
        return call("PublishLayerVersion",
                    fmt::format(R"({{"LayerName":"{}","Content":{{"ZipFile":"{}"}}{}}})", name,
                                codec::base64_encode(write_zip(files).value()), more))
            .body;
    }
    std::string use(const std::string& layers) {
        return call("UpdateFunctionConfiguration",
                    fmt::format(R"({{"FunctionName":"f","Layers":[{}]}})", layers))
            .body;
    }
    static std::string layer(const std::string& name, int version) {
        return fmt::format(R"("{}{}:{}")", kArn, name, version);
    }
};

TEST_F(LayersTest, AFunctionImportsFromItsLayersAndLaterOnesWin) {
    create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import shared, only_a, only_b, subprocess
def handler(event, context):
    return [shared.NAME, only_a.NAME, only_b.NAME, subprocess.run(["tool"], capture_output=True, text=True).stdout]
)"}});
    EXPECT_THAT(publish("a", {{"python/shared.py", "NAME = 'a'"}, {"python/only_a.py", "NAME = 'only a'"}}),
                HasSubstr(R"("Version":1)"));
    write_file("b/python/shared.py", "NAME = 'b'");
    write_file("b/python/lib/python3.11/site-packages/only_b.py", "NAME = 'only b'");
    write_file("b/bin/tool", "#!/bin/sh\nprintf tool");
    std::filesystem::permissions(path("b/bin/tool"), std::filesystem::perms::owner_exec,
                                 std::filesystem::perm_options::add);
    const auto local = call(
        "PublishLayerVersion",
        fmt::format(
            R"({{"LayerName":"b","Content":{{"S3Bucket":"__local__","S3Key":"{}","S3ObjectVersion":"any"}}}})",
            path("b")));
    EXPECT_THAT(local.body, HasSubstr(R"("Version":1)"));
    EXPECT_THAT(use(layer("a", 1) + "," + layer("b", 1)),
                AllOf(HasSubstr("layer:a:1"), HasSubstr("layer:b:1")));
    EXPECT_EQ(invoke("f", "{}").payload, R"(["b", "only a", "only b", "tool"])");

    call("DeleteLayerVersion", R"({"LayerName":"a","VersionNumber":1})");
    restart();
    EXPECT_EQ(invoke("f", "{}").payload, R"(["b", "only a", "only b", "tool"])")
        << "functions keep what they use";
    EXPECT_THAT(use(layer("a", 1)),
                HasSubstr("Layer version arn:aws:lambda:us-east-1:000000000000:layer:a:1 does not exist."));
    EXPECT_THAT(publish("a", {{"x", "y"}}), HasSubstr(R"("Version":2)")) << "numbers are not given again";
    use("");
    EXPECT_THAT(call("GetFunctionConfiguration", R"({"FunctionName":"f"})").body, Not(HasSubstr("layer:")));
}

TEST_F(LayersTest, APythonPathOfTheFunctionsOwnHidesNoLayer) {
    publish("a", {{"python/shared.py", "NAME = 1"}});
    create_local("f", "python3.11", "index.handler",
                 {{"index.py", "import shared\ndef handler(e, c): return shared.NAME"}});
    use(layer("a", 1));
    call("UpdateFunctionConfiguration",
         R"({"FunctionName":"f","Environment":{"Variables":{"PYTHONPATH":"/nowhere"}}})");
    EXPECT_EQ(invoke("f", "{}").payload, "1");
}

TEST_F(LayersTest, ABootstrapMayBeInALayer) {
    create_local("f", "provided.al2023", "x", {{"data", "x"}});
    EXPECT_THAT(invoke("f", "{}").payload, HasSubstr("Couldn't find valid bootstrap(s): ["));
    publish("b", {{"bootstrap", R"(#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  id=$(curl -s -D - -o /dev/null "$api/next" | grep -i request-id | tr -d '\r' | cut -d' ' -f2)
  [ "$id" ] || exit 0
  printf '"from the layer"' | curl -s -o /dev/null --data-binary @- "$api/$id/response"
done
)"}});
    use(layer("b", 1));
    EXPECT_EQ(invoke("f", "{}").payload, R"("from the layer")");
}

TEST_F(LayersTest, NodeFindsItsOwn) {
    publish("n", {{"nodejs/node_modules/shared/index.js", "exports.name = 'layer';"}});
    create_local("f", "nodejs20.x", "index.handler",
                 {{"index.js", "const s = require('shared'); exports.handler = async () => s.name;"}});
    use(layer("n", 1));
    EXPECT_EQ(invoke("f", "{}").payload, R"("layer")");
}

TEST_F(LayersTest, VersionsOfAFunctionKeepTheirLayers) {
    publish("a", {{"python/shared.py", "NAME = 1"}});
    publish("a", {{"python/shared.py", "NAME = 2"}});
    create_local("f", "python3.11", "index.handler",
                 {{"index.py", "import shared\ndef handler(e, c): return shared.NAME"}});
    use(layer("a", 1));
    call("PublishVersion", R"({"FunctionName":"f"})");
    use(layer("a", 2));
    EXPECT_EQ(invoke("f:1", "{}").payload, "1");
    EXPECT_EQ(invoke("f", "{}").payload, "2");
    EXPECT_THAT(use(layer("a", 1) + "," + layer("a", 2)),
                HasSubstr("Two different versions of the same layer"));
}

TEST_F(LayersTest, AtMostFive) {
    create_local("f", "python3.11", "index.handler", {{"index.py", "def handler(e, c): return 1"}});
    std::string all;
    for (int i = 0; i < 6; ++i) {
        const std::string name = fmt::format("l{}", i);
        publish(name, {{"x", "y"}});
        all += (i == 0 ? "" : ",") + layer(name, 1);
        EXPECT_THAT(use(all), HasSubstr(i < 5 ? "\"FunctionName\"" : "Cannot reference more than 5 layers."));
    }
}

TEST_F(LayersTest, AreListedAndShown) {
    publish("a", {{"x", "1"}},
            R"(,"CompatibleRuntimes":["python3.11"],"Description":"d","LicenseInfo":"MIT")");
    publish("a", {{"x", "2"}}, R"(,"CompatibleRuntimes":["nodejs20.x"])");
    publish("b", {{"x", "1"}});
    restart();
    EXPECT_THAT(call("ListLayers", "{}").body,
                AllOf(HasSubstr("layer:a:2"), HasSubstr("layer:b:1"), Not(HasSubstr("layer:a:1"))));
    EXPECT_THAT(call("ListLayers", R"({"CompatibleRuntime":"python3.11"})").body,
                AllOf(HasSubstr("layer:a:1"), Not(HasSubstr("layer:b"))));
    EXPECT_THAT(call("ListLayerVersions", R"({"LayerName":"a","MaxItems":1})").body,
                AllOf(HasSubstr("layer:a:2"), Not(HasSubstr("\"Version\":1")), HasSubstr("NextMarker")));
    EXPECT_THAT(call("GetLayerVersion", R"({"LayerName":"a","VersionNumber":1})").body,
                AllOf(HasSubstr(R"("Description":"d")"), HasSubstr("MIT"), HasSubstr("CodeSha256"),
                      HasSubstr("/_lambda-code/")));
    EXPECT_THAT(call("GetLayerVersionByArn", fmt::format(R"({{"Arn":"{}a:2"}})", kArn)).body,
                HasSubstr("nodejs20.x"));
    EXPECT_THAT(call("GetLayerVersion", R"({"LayerName":"a","VersionNumber":9})").body,
                HasSubstr("ResourceNotFoundException"));
}

TEST_F(LayersTest, PoliciesOfVersions) {
    publish("a", {{"x", "1"}});
    const auto added = call(
        "AddLayerVersionPermission",
        R"({"LayerName":"a","VersionNumber":1,"StatementId":"s","Action":"lambda:GetLayerVersion","Principal":"*","OrganizationId":"o-1234567890"})");
    EXPECT_THAT(added.body,
                AllOf(HasSubstr(R"(\"aws:PrincipalOrgID\":\"o-1234567890\")"), HasSubstr("RevisionId")));
    EXPECT_THAT(call("GetLayerVersionPolicy", R"({"LayerName":"a","VersionNumber":1})").body,
                HasSubstr("layer:a:1"));
    EXPECT_EQ(call("RemoveLayerVersionPermission", R"({"LayerName":"a","VersionNumber":1,"StatementId":"s"})")
                  .status,
              200);
    EXPECT_THAT(call("GetLayerVersionPolicy", R"({"LayerName":"a","VersionNumber":1})").body,
                HasSubstr("No policy is associated"));
}

}  // namespace
}  // namespace millrace::lambda
