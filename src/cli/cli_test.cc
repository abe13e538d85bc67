#include <deque>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>

#include "cli/console.h"
#include "cli/content_digest.h"
#include "cli/deployment.h"
#include "cli/duration.h"
#include "cli/endpoint.h"
#include "cli/line_input.h"
#include "cli/signer.h"
#include "cli/suggest.h"
#include "cli/template_package.h"
#include "codec/timestamp.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

TEST(Endpoint, HostAndPort) {
    const auto read = [](std::string_view url) {
        const auto endpoint = parse_endpoint(url);
        return endpoint ? endpoint->host + " " + std::to_string(endpoint->port) : endpoint.error().message;
    };
    EXPECT_EQ(read("http://127.0.0.1:4566"), "127.0.0.1 4566");
    EXPECT_EQ(read("http://localhost:4566/"), "localhost 4566");
    EXPECT_EQ(read("http://mill"), "mill 80");
    EXPECT_EQ(read("http://[::1]:1"), "::1 1");
    const std::string form = "; it looks like http://127.0.0.1:4566";
    EXPECT_EQ(read("localhost:4566"), "the endpoint \"localhost:4566\" does not begin with http://" + form);
    EXPECT_EQ(
        read("https://h:1"),
        "the endpoint \"https://h:1\" is https, which the commands do not speak; the server answers http "
        "on the same port" +
            form);
    EXPECT_EQ(read("http://h:1/path"), "the endpoint \"http://h:1/path\" is more than host and port" + form);
    EXPECT_EQ(read("http://h:0"), "the endpoint \"http://h:0\" has a port that is none" + form);
    EXPECT_EQ(read("http://h:65536"), "the endpoint \"http://h:65536\" has a port that is none" + form);
    EXPECT_EQ(read("http://h:"), "the endpoint \"http://h:\" has a port that is none" + form);
    EXPECT_EQ(read("http://"), "the endpoint \"http://\" has no host" + form);
    EXPECT_EQ(read("http://[::1"), "the endpoint \"http://[::1\" has no host" + form);
    EXPECT_EQ(read("http://[::1]x"), "the endpoint \"http://[::1]x\" is more than host and port" + form);
}

TEST(Suggest, TheNearestWord) {
    const std::vector<std::string> flags{"--parameter", "--stack-name", "--json", "-f"};
    EXPECT_EQ(nearest("--paramter", flags), "--parameter");
    EXPECT_EQ(nearest("--param", flags), "--parameter");
    EXPECT_EQ(nearest("--stackname", flags), "--stack-name");
    EXPECT_EQ(nearest("--josn", flags), "--json");
    EXPECT_EQ(nearest("--verbosity", flags), "");
    EXPECT_EQ(nearest("", flags), "");
}

TEST(Duration, CountAndUnit) {
    EXPECT_EQ(parse_duration("0s"), Milliseconds{0});
    EXPECT_EQ(parse_duration("30s"), Seconds{30});
    EXPECT_EQ(parse_duration("10m"), std::chrono::minutes{10});
    EXPECT_EQ(parse_duration("2h"), std::chrono::hours{2});
    EXPECT_EQ(parse_duration("7d"), std::chrono::days{7});
    for (const char* wrong : {"", "5", "m", "-1s", "1.5h", "10 m", "1000001s", "99999999999999999999s"}) {
        EXPECT_FALSE(parse_duration(wrong)) << wrong;
    }
}

// The example of AWS's description of Signature Version 4.
TEST(Signer, SignsAsAwsDoes) {
    http::Request request{
        .method = "GET", .target = "/?Action=ListUsers&Version=2010-05-08", .headers = {}, .body = {}};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request.headers.add("Host", "iam.amazonaws.com");
    sign(request, "iam", "us-east-1",
         {.access_key = "AKIDEXAMPLE",
          .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
          .session_token = {}},
         codec::parse_amz_date("20150830T123600Z").value());
    EXPECT_EQ(request.headers.get("Authorization"),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(Console, TablesLineUp) {
    EXPECT_EQ(format_table({{"A", "LONGER"}, {"größe", "x"}, {"y", ""}}),
              (std::vector<std::string>{"A       LONGER", "größe   x", "y"}));
    EXPECT_EQ(with_separators(0), "0");
    EXPECT_EQ(with_separators(999), "999");
    EXPECT_EQ(with_separators(1'234'567), "1,234,567");
}

TEST(Console, BytesHaveAUnit) {
    EXPECT_EQ(bytes_text(0), "0 bytes");
    EXPECT_EQ(bytes_text(999), "999 bytes");
    EXPECT_EQ(bytes_text(1000), "1.0 kB");
    EXPECT_EQ(bytes_text(999'949), "999.9 kB");
    EXPECT_EQ(bytes_text(999'950), "1.0 MB");
    EXPECT_EQ(bytes_text(2'345'678'901), "2.3 GB");
    EXPECT_EQ(bytes_text(5'000'000'000'000'000), "5000.0 TB");
}

TEST(Console, ATransferTellsItsRateAndWhatIsLeft) {
    EXPECT_EQ(transfer_text(0, 1000, Seconds{0}), "0 bytes of 1.0 kB");
    EXPECT_EQ(transfer_text(1'000'000, 4'000'000, Seconds{2}), "1.0 MB of 4.0 MB, 500.0 kB/s, 6 s left");
    EXPECT_EQ(transfer_text(5, 5, Seconds{1}), "5 bytes of 5 bytes, 5 bytes/s, 0 s left");
}

TEST(Console, ColoursTellGoodFromBad) {
    EXPECT_EQ(colour_of_status("CREATE_COMPLETE"), Colour::kGreen);
    EXPECT_EQ(colour_of_status("CREATE_IN_PROGRESS"), Colour::kYellow);
    EXPECT_EQ(colour_of_status("CREATE_FAILED"), Colour::kRed);
    EXPECT_EQ(colour_of_status("ROLLBACK_COMPLETE"), Colour::kRed);
}

TEST(LineInput, LinesHoweverTheyArrive) {
    std::deque<std::string> pieces{"on", "e\r\ntw", "o\n\nthr", "ee"};
    LineInput input(
        [&](std::span<char> into) -> Result<std::size_t> {
            if (pieces.empty()) return 0;
            const std::string piece = pieces.front();
            pieces.pop_front();
            piece.copy(into.data(), into.size());
            return piece.size();
        },
        [] { return false; });
    std::vector<std::string> lines;
    EXPECT_TRUE(input.would_wait());
    for (auto line = input.next(); line && *line; line = input.next()) lines.push_back(**line);
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "", "three"}));
    EXPECT_FALSE(input.would_wait());
    EXPECT_EQ(input.bytes_read(), 15u);
}

TEST(LineInput, ErrorsAreTold) {
    LineInput input([](std::span<char>) -> Result<std::size_t> { return fail(ErrorCode::kIo, "broken"); },
                    [] { return true; });
    EXPECT_EQ(input.next().error().message, "broken");
}

/// A template without what keeps its members on their lines.
std::string one_line(const std::string& body) {
    const auto parsed = codec::parse_json(body);
    return parsed ? codec::to_json(*parsed) : parsed.error().message;
}

class TemplateTest : public testing::Test {
  protected:
    Result<PackagedTemplate> package(const std::string& text) {
        const std::string path = directory_.path() + "/template.yaml";
        EXPECT_TRUE(files::write_file(files_, path, text));
        return package_template(files_, path, {.keep = keep_});
    }
    void write(const std::string& name, const std::string& text) {
        EXPECT_TRUE(files::write_file(files_, directory_.path() + "/" + name, text));
    }

    std::vector<std::string> kept_;
    std::function<Result<std::string>(const std::string&)> keep_ =
        [this](const std::string& body) -> Result<std::string> {
        kept_.push_back(body);
        return "http://host/b/" + std::to_string(kept_.size());
    };

    files::PosixFileSystem files_;
    files::TemporaryDirectory directory_;
};

const std::string kFunction = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n";

TEST_F(TemplateTest, LocalCodeBecomesReachable) {
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/code"));
    const auto package = this->package("Parameters: {P: {Type: String}}\n" + kFunction +
                                       "      Code: ./code/\n      Role: !Ref P\n");
    ASSERT_TRUE(package) << package.error().message;
    EXPECT_EQ(package->parameters, std::set<std::string>{"P"});
    EXPECT_EQ(
        one_line(package->body),
        R"({"Parameters":{"P":{"Type":"String"}},"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":)"
        R"({"Code":{"S3Bucket":"__local__","S3Key":")" +
            directory_.path() + R"(/code"},"Role":{"Ref":"P"}}}}})");
}

TEST_F(TemplateTest, WhatIsPackagedStaysOnItsLines) {
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/code"));
    const auto package = this->package("# A comment\n" + kFunction +
                                       "      Code: code\n\n      Layers:\n        - a\n        - !Sub 'b'\n"
                                       "  a/b~c:\n    Type: AWS::SQS::Queue\n");
    ASSERT_TRUE(package) << package.error().message;
    EXPECT_EQ(package->body,
              "{\n\"Resources\":{\n\"F\":{\n\"Type\":\"AWS::Lambda::Function\",\n\"Properties\":{\n"
              "\"Code\":{\"S3Bucket\":\"__local__\",\"S3Key\":\"" +
                  directory_.path() +
                  "/code\"},\n\n\"Layers\":[\n\"a\",\n{\"Fn::Sub\":\"b\"}]}},\n\"a/b~c\":{\n\"Type\":"
                  "\"AWS::SQS::Queue\"}}}");
}

TEST_F(TemplateTest, LocalCodeOfServerlessFunctionsBecomesReachable) {
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/a"));
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/b"));
    const auto package = this->package(
        "Globals: {Function: {CodeUri: a}}\n"
        "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./b}}\n"
        "  G: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://b/k}}\n");
    ASSERT_TRUE(package) << package.error().message;
    const std::string path = directory_.path();
    EXPECT_EQ(one_line(package->body),
              R"({"Globals":{"Function":{"CodeUri":{"Bucket":"__local__","Key":")" + path +
                  R"(/a"}}},"Resources":{"F":{"Type":"AWS::Serverless::Function","Properties":)"
                  R"({"CodeUri":{"Bucket":"__local__","Key":")" +
                  path +
                  R"(/b"}}},"G":{"Type":"AWS::Serverless::Function","Properties":)"
                  R"({"CodeUri":"s3://b/k"}}}})");
    EXPECT_EQ(this->package("Globals:\n  Function: {CodeUri: nowhere}\n").error().message,
              path +
                  "/template.yaml:2: Globals: its code \"nowhere\" is not there: no directory or file at " +
                  path + "/nowhere");
}

TEST_F(TemplateTest, LocalContentOfLayersIsToldApartByItsDigest) {
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/layer"));
    write("layer/a.py", "one");
    const auto packaged = [&] {
        const auto package = this->package(
            "Resources:\n  L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: layer/}}\n"
            "  S: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}\n");
        return package ? one_line(package->body) : package.error().message;
    };
    const std::string digest = content_digest(files_, directory_.path() + "/layer").value();
    const std::string path = directory_.path() + "/layer";
    const std::string body =
        R"({"Resources":{"L":{"Type":"AWS::Lambda::LayerVersion","Properties":{"Content":)"
        R"({"S3Bucket":"__local__","S3Key":")" +
        path + R"(","S3ObjectVersion":")" + digest +
        R"("}}},"S":{"Type":"AWS::Serverless::LayerVersion","Properties":{"ContentUri":)"
        R"({"Bucket":"__local__","Key":")" +
        path + R"(","Version":")" + digest + R"("}}}}})";
    EXPECT_EQ(packaged(), body);
    write("layer/a.py", "two");
    EXPECT_NE(packaged(), body);
    EXPECT_EQ(package("Resources: {L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: none}}}")
                  .error()
                  .message,
              directory_.path() +
                  "/template.yaml:1: resource L: its content \"none\" is not there: no directory or "
                  "file at " +
                  directory_.path() + "/none");
}

TEST_F(TemplateTest, TellsWhatItReadsAlsoWhenItIsMissing) {
    const auto read_by = [&](const std::string& resource) {
        write("template.yaml", "Resources: {R: {" + resource + "}}");
        std::vector<std::string> read;
        EXPECT_FALSE(package_template(files_, directory_.path() + "/template.yaml",
                                      {.keep = {}, .reads = [&](const std::string& path) {
                                           read.push_back(std::filesystem::path(path).filename());
                                       }}));
        return read;
    };
    using Paths = std::vector<std::string>;
    EXPECT_EQ(read_by("Type: AWS::Lambda::LayerVersion, Properties: {Content: none}"),
              (Paths{"template.yaml", "none"}));
    EXPECT_EQ(read_by("Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: none.yaml}"),
              (Paths{"template.yaml", "none.yaml"}));
    EXPECT_EQ(read_by("Type: AWS::Lambda::Function, Properties: {Code: none}"), (Paths{"template.yaml"}));
}

TEST_F(TemplateTest, ADigestIsOfNamesContentsAndModes) {
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/d"));
    write("d/a", "x");
    const auto digest = [&](const std::string& name) {
        return content_digest(files_, directory_.path() + "/" + name).value();
    };
    std::set<std::string> seen{digest("d")};
    EXPECT_EQ(digest("d"), *seen.begin());
    write("d/b", "x");
    EXPECT_TRUE(seen.insert(digest("d")).second) << "another name";
    std::filesystem::permissions(directory_.path() + "/d/b", std::filesystem::perms::owner_all);
    EXPECT_TRUE(seen.insert(digest("d")).second) << "another mode";
    EXPECT_TRUE(seen.insert(digest("d/a")).second) << "a file by itself";
    write("a", "y");
    EXPECT_TRUE(seen.insert(digest("a")).second) << "other contents";
    EXPECT_FALSE(content_digest(files_, directory_.path() + "/none"));
    std::filesystem::create_directory_symlink(".", directory_.path() + "/d/circle");
    EXPECT_TRUE(seen.insert(digest("d")).second) << "a link";
    std::filesystem::create_directory_symlink("..", directory_.path() + "/d/other circle");
    EXPECT_TRUE(seen.insert(digest("d")).second) << "one that leads out, and back in";
}

TEST_F(TemplateTest, AServerlessFunctionWithoutCodeHasTheTemplatesFolder) {
    const auto code_of = [&](const std::string& more, const std::string& properties) {
        const auto package = this->package(
            more + "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {" + properties + "}}\n");
        return package ? package->body : package.error().message;
    };
    EXPECT_NE(code_of("", "Handler: a.b")
                  .find(R"("CodeUri":{"Bucket":"__local__","Key":")" + directory_.path() + "\""),
              std::string::npos);
    EXPECT_EQ(code_of("", "InlineCode: x").find("CodeUri"), std::string::npos);
    EXPECT_EQ(code_of("Globals: {Function: {CodeUri: 's3://b/k'}}\n", "Handler: a.b").find("__local__"),
              std::string::npos);
}

TEST_F(TemplateTest, OtherCodeIsSentAsItIsWritten) {
    for (const std::string code : {"{ZipFile: x}", "{S3Bucket: b, S3Key: k}", "s3://b/k"}) {
        const std::string text = kFunction + "      Code: " + code + "\n";
        EXPECT_EQ(package(text).value().body, text);
    }
    EXPECT_EQ(package("Resources: {S: {Type: AWS::Kinesis::Stream}}").value().body,
              "Resources: {S: {Type: AWS::Kinesis::Stream}}");
    EXPECT_TRUE(package("[]"));
}

TEST_F(TemplateTest, MistakesNameThePlace) {
    const std::string path = directory_.path();
    EXPECT_EQ(
        package(kFunction + "      Code: nowhere\n").error().message,
        path + "/template.yaml:5: resource F: its code \"nowhere\" is not there: no directory or file at " +
            path + "/nowhere");
    EXPECT_TRUE(package("a: [").error().message.starts_with(path + "/template.yaml: "));
    EXPECT_NE(
        package_template(files_, path + "/none.yaml", {.keep = keep_}).error().message.find("none.yaml"),
        std::string::npos);
}

const std::string kNested = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ";

TEST_F(TemplateTest, LocalTemplatesAreKeptFromTheInnermostOut) {
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/inner"));
    ASSERT_TRUE(files_.create_directory(directory_.path() + "/inner/code"));
    write("inner/leaf.yaml", kFunction + "      Code: code\n");
    write("middle.yaml",
          "Resources: {A: {Type: AWS::Serverless::Application, Properties: {Location: inner/leaf.yaml}}}");
    const auto package = this->package(kNested + "./middle.yaml}}}\n");
    ASSERT_TRUE(package) << package.error().message;
    ASSERT_EQ(kept_.size(), 2U);
    EXPECT_NE(kept_[0].find(directory_.path() + "/inner/code"), std::string::npos)
        << "relative to its template";
    EXPECT_NE(kept_[1].find(R"("Location":"http://host/b/1")"), std::string::npos);
    EXPECT_NE(package->body.find(R"("TemplateURL":"http://host/b/2")"), std::string::npos);
}

TEST_F(TemplateTest, TemplatesAtUrlsAreLeftWhereTheyAre) {
    const std::string text = kNested + "\"https://s3.amazonaws.com/b/k\"}}}";
    EXPECT_EQ(package(text).value().body, text);
    EXPECT_TRUE(kept_.empty());
}

TEST_F(TemplateTest, TemplatesNestAsDeepAsAllowed) {
    for (int level = 2; level <= kNestedTemplatesMax; ++level) {
        const bool last = level == kNestedTemplatesMax;
        write("t" + std::to_string(level) + ".yaml",
              last ? "Resources: {}" : kNested + "t" + std::to_string(level + 1) + ".yaml}}}");
    }
    EXPECT_TRUE(package(kNested + "t2.yaml}}}"));
    // One more; and one that includes itself has no end.
    write("t" + std::to_string(kNestedTemplatesMax) + ".yaml", kNested + "last.yaml}}}");
    write("last.yaml", "Resources: {}");
    EXPECT_NE(package(kNested + "t2.yaml}}}").error().message.find("nested more than 16 deep"),
              std::string::npos);
    EXPECT_NE(package(kNested + "template.yaml}}}").error().message.find("deep"), std::string::npos);
}

TEST_F(TemplateTest, MistakesInNestedTemplatesNameTheirPlace) {
    const std::string path = directory_.path();
    EXPECT_EQ(package(kNested + "none.yaml}}}").error().message,
              path + "/template.yaml:1: resource S: its template \"none.yaml\" is not there: no file at " +
                  path + "/none.yaml");
    write("inner.yaml", kFunction + "      Code: nowhere\n");
    EXPECT_TRUE(
        package(kNested + "inner.yaml}}}").error().message.starts_with(path + "/inner.yaml:5: resource F"));
    write("inner.yaml", "Resources: {}");
    keep_ = [](const std::string&) -> Result<std::string> { return fail(ErrorCode::kIo, "no bucket"); };
    EXPECT_EQ(package(kNested + "inner.yaml}}}").error().message, "no bucket");
}

TEST(Deployment, StackNameOfATemplate) {
    EXPECT_EQ(default_stack_name("template.yaml"), "template");
    EXPECT_EQ(default_stack_name("a.b/orders.template.json"), "orders");
    EXPECT_EQ(default_stack_name("my_pipeline.yaml"), "my-pipeline");
    EXPECT_EQ(default_stack_name("größe v2.yaml"), "gr--e-v2") << "a hyphen for a character";
    EXPECT_EQ(default_stack_name("01-q.yaml"), "stack-01-q");
    EXPECT_EQ(default_stack_name("_q.yaml"), "stack--q");
    EXPECT_EQ(default_stack_name(".yaml"), "stack-");
    EXPECT_EQ(default_stack_name(std::string(128, 'a') + ".yaml"), std::string(128, 'a'));
    EXPECT_EQ(default_stack_name(std::string(129, 'a') + ".yaml"), std::string(128, 'a'));
    EXPECT_EQ(default_stack_name(std::string(128, '1') + ".yaml"), "stack-" + std::string(122, '1'));
}

}  // namespace
}  // namespace millrace::cli
