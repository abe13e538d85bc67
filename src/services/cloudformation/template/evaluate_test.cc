#include "services/cloudformation/template/evaluate.h"

#include <gmock/gmock.h>

#include "codec/json.h"
#include "services/cloudformation/template/plan.h"
#include "services/cloudformation/template/test_types.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

const PseudoParameters kPseudo{"123456789012", "us-east-1", "pipe", "arn:aws:cloudformation:..."};

class EvaluateTest : public testing::Test {
  protected:
    /// JSON of the value of output O, or the error.
    std::string output(const std::string& value, const std::string& more = "", ParameterValues given = {}) {
        auto parsed = parse_template("Resources: {Q: {Type: AWS::SQS::Queue}}\n" + more +
                                     "\nOutputs: {O: {Value: " + value + "}}");
        if (!parsed) return parsed.error().message;
        auto parameters = resolve_parameters(parsed->parameters, given);
        if (!parameters) return parameters.error().message;
        auto environment = make_environment(*parsed, *parameters, kPseudo);
        if (!environment) return environment.error().message;
        environment->exports = {{"net:Arn", "arn:net"}};
        environment->resources["Q"] = {true, "http://localhost/q", {{"Arn", "arn:q"}}};
        auto evaluated = evaluate(parsed->outputs[0].value, *environment, "/Outputs/O/Value");
        if (!evaluated) return evaluated.error().message;
        return *evaluated ? codec::to_json(**evaluated) : "no value";
    }
};

TEST_F(EvaluateTest, Functions) {
    EXPECT_EQ(output("!Ref Q"), R"("http://localhost/q")");
    EXPECT_EQ(output("!GetAtt Q.Arn"), R"("arn:q")");
    EXPECT_EQ(output("!GetAtt [Q, !Ref A]", "Parameters: {A: {Type: String, Default: Arn}}"), R"("arn:q")");
    EXPECT_THAT(output("!GetAtt [Q, !Ref Q]"), HasSubstr("may be a Ref to a parameter only, not to Q"));
    EXPECT_EQ(output("!Ref AWS::Region"), R"("us-east-1")");
    EXPECT_EQ(output("!Ref AWS::NoValue"), "no value");
    EXPECT_EQ(output("!Ref AWS::NotificationARNs"), "[]");
    EXPECT_EQ(output("{a: !Ref AWS::NoValue, b: [1, !Ref AWS::NoValue]}"), R"({"b":[1]})");
    EXPECT_EQ(output("!Sub '${AWS::StackName}/${Q}/${Q.Arn}/${!Literal}/${'"),
              R"("pipe/http://localhost/q/arn:q/${Literal}/${")");
    EXPECT_EQ(output("!Sub ['${A}${B}', {A: !Ref Q, B: 7}]"), R"("http://localhost/q7")");
    EXPECT_EQ(output("!Join ['-', [a, !Ref AWS::NoValue, 1, !Ref AWS::Region]]"), R"("a-1-us-east-1")");
    EXPECT_EQ(output("!Select [1, !Split ['/', !Ref Q]]"), R"("")");
    EXPECT_EQ(output("!Select ['0', [x, y]]"), R"("x")");
    EXPECT_EQ(output("!Base64 hello"), R"("aGVsbG8=")");
    EXPECT_EQ(output("!Join [' ', [1.0, 1.50, 3, 0.25, 1e3]]"), R"("1.0 1.50 3 0.25 1e3")")
        << "numbers are written as they were";
    EXPECT_EQ(output("!FindInMap [M, !Ref AWS::Region, Size]", "Mappings: {M: {us-east-1: {Size: 3}}}"), "3");
}

TEST_F(EvaluateTest, TagsOfTheStackJoinThoseOfAResource) {
    Environment environment;
    environment.stack_tags = {{"team", "a"}, {"own", "b"}};
    const auto tags = [&](const char* types, const char* given) {
        const ports::ResourceTypeModel model{.type = "AWS::A::Thing",
                                             .properties = ports::read_property_types(types),
                                             .attributes = {},
                                             .takes_stack_tags = true};
        ResourceDeclaration resource{.logical_id = "R", .type = model.type};
        resource.properties["Tags"] = *codec::parse_json(given);
        return codec::to_json((*evaluate_properties(resource, &model, environment))["Tags"]);
    };
    EXPECT_EQ(tags("Tags{}", R"({"own":"c"})"), R"({"own":"c","team":"a"})");
    EXPECT_EQ(tags("Tags[Key Value]", R"([{"Key":"own","Value":"c"}])"),
              R"([{"Key":"own","Value":"c"},{"Key":"team","Value":"a"}])");
    EXPECT_EQ(tags("Tags[Key Value]", R"({"own":"c"})"), R"({"own":"c"})") << "for ValueCheck to refuse";
}

TEST_F(EvaluateTest, LookUpsAndLists) {
    EXPECT_EQ(output("!ImportValue net:Arn"), R"("arn:net")");
    EXPECT_EQ(output("!ImportValue {'Fn::Sub': '${N}:Arn'}", "Parameters: {N: {Type: String, Default: net}}"),
              R"("arn:net")");
    EXPECT_EQ(output("!ImportValue pipe:Arn"), "No export named pipe:Arn found.");
    EXPECT_EQ(output("!GetAZs ''"), R"(["us-east-1a","us-east-1b","us-east-1c"])");
    EXPECT_EQ(output("!Select [1, !GetAZs {Ref: 'AWS::Region'}]"), R"("us-east-1b")");
    EXPECT_EQ(output("!Select [2, !GetAZs eu-west-1]"), R"("eu-west-1c")");
    EXPECT_EQ(output("!Cidr [10.0.0.0/16, 2, 8]"), R"(["10.0.0.0/24","10.0.1.0/24"])");
    EXPECT_EQ(
        output("!Select [0, !Cidr [!Ref C, !Ref N, '4']]",
               "Parameters: {C: {Type: String, Default: 192.168.1.7/24}, N: {Type: Number, Default: 3}}"),
        R"("192.168.1.0/28")");
    EXPECT_EQ(output("!Length [a, !Ref AWS::NoValue, b]"), "2");
    for (const std::string type : {"CommaDelimitedList", "List<String>"}) {
        EXPECT_EQ(output("!Length {Ref: L}", "Parameters: {L: {Type: " + type + ", Default: 'a,b,c'}}"), "3");
    }
    EXPECT_EQ(output("!ToJsonString {a: !Ref Q, b: [1, true, !Ref AWS::NoValue]}"),
              R"("{\"a\":\"http://localhost/q\",\"b\":[1,true]}")");
    EXPECT_EQ(output("!ToJsonString [x]"), R"("[\"x\"]")");
    const std::string map = "Mappings: {M: {us-east-1: {Size: 3}}}";
    EXPECT_EQ(output("!FindInMap [M, eu-west-1, Size, {DefaultValue: !Sub '${AWS::Region}x'}]", map),
              R"("us-east-1x")");
    EXPECT_EQ(output("!FindInMap [M, us-east-1, Size, {DefaultValue: 7}]", map), "3");
    EXPECT_EQ(output("!FindInMap [Nope, us-east-1, Size, {DefaultValue: [7]}]", map), "[7]");
    EXPECT_EQ(output("!FindInMap [!Join ['', [M]], !Select [0, [us-east-1]], !Sub 'Size']", map), "3");
}

TEST_F(EvaluateTest, NotesWhatItImports) {
    auto parsed = parse_template(
        "Resources: {Q: {Type: AWS::SQS::Queue}}\nConditions: {C: !Equals [a, b]}\n"
        "Outputs: {O: {Value: !If [C, !ImportValue x, !ImportValue y]}}");
    ASSERT_TRUE(parsed) << parsed.error().message;
    auto environment = make_environment(*parsed, {}, kPseudo);
    ASSERT_TRUE(environment);
    std::set<std::string> imported;
    environment->exports = {{"x", "1"}, {"y", "2"}};
    environment->imported = &imported;
    ASSERT_TRUE(evaluate(parsed->outputs[0].value, *environment, ""));
    EXPECT_THAT(imported, testing::ElementsAre("y"));
    environment->exports.clear();
    const auto unknown = evaluate(parsed->outputs[0].value, *environment, "");
    ASSERT_TRUE(unknown && *unknown) << "when it is deployed it may be there";
    EXPECT_EQ((*unknown)->as_string(), kKnownAfterApply);
}

TEST_F(EvaluateTest, Mistakes) {
    EXPECT_THAT(output("!Length {Ref: Q}"), HasSubstr("Fn::Length needs a list"));
    EXPECT_THAT(output("!ToJsonString x"), HasSubstr("an object or a list as its value"));
    EXPECT_THAT(output("!Cidr [10.0.0.0/16, x, 8]"),
                HasSubstr("Fn::Cidr requires a whole number of blocks, not x"));
    EXPECT_THAT(output("!Select [2, [x, y]]"), HasSubstr("cannot select nonexistent value at index 2"));
    EXPECT_THAT(output("!Select [-1, [x, y]]"), HasSubstr("integer index"));
    EXPECT_THAT(output("!FindInMap [M, eu-west-1, Size]", "Mappings: {M: {us-east-1: {Size: 3}}}"),
                HasSubstr("Unable to get mapping for M::eu-west-1::Size"));
    EXPECT_THAT(output("!Join ['', [[1]]]"), HasSubstr("Fn::Join takes strings"));
    EXPECT_THAT(output("!Sub '${AWS::NotificationARNs}'"), HasSubstr("Fn::Sub takes strings"));
}

TEST_F(EvaluateTest, Conditions) {
    const std::string more = R"(Parameters: {Stage: {Type: String, Default: dev}}
Conditions:
  Both: !And [!Condition Prod, !Not [!Condition Dev]]
  Prod: !Equals [!Ref Stage, prod]
  Dev: !Equals [!Sub 'x-${Stage}', x-dev]
  Any: !Or [{Condition: Prod}, {Condition: Dev}]
)";
    EXPECT_EQ(output("!If [Both, b, !If [Any, a, none]]", more), R"("a")");
    EXPECT_EQ(output("!If [Both, b, !If [Any, a, none]]", more, {{"Stage", "prod"}}), R"("b")");
    EXPECT_EQ(output("!If [Both, b, !If [Any, a, none]]", more, {{"Stage", "x"}}), R"("none")");
    EXPECT_THAT(output("x", "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}"),
                HasSubstr("Circular"));
}

TEST_F(EvaluateTest, GrowthIsBounded) {
    std::string sub;
    for (int i = 0; i < 300; ++i) sub += "${P}";
    const std::string parameter = "Parameters: {P: {Type: String}}";
    EXPECT_THAT(output("!Sub '" + sub + "'", parameter, {{"P", std::string(4096, 'x')}}),
                HasSubstr("larger than"));
    EXPECT_THAT(output("!Ref P", parameter, {{"P", std::string(4097, 'x')}}), HasSubstr("at most 4096"));
}

TEST_F(EvaluateTest, Parameters) {
    EXPECT_EQ(output("x", "Parameters: {P: {Type: String}, R: {Type: String}}"),
              "Parameters: [P, R] must have values (P, line 2; R, line 2)");
    EXPECT_EQ(output("x", "", {{"P", "1"}}), "Parameters: [P] do not exist in the template");
    const auto check = [&](const std::string& declared, const std::string& value) {
        return output("!Ref P", "Parameters: {P: {" + declared + "}}", {{"P", value}});
    };
    EXPECT_EQ(check("Type: String, AllowedValues: [a, b]", "c"),
              "Parameter 'P' must be one of AllowedValues");
    EXPECT_EQ(check("Type: String, AllowedValues: [a, b], ConstraintDescription: a or b.", "c"),
              "Parameter 'P' failed to satisfy constraint: a or b.");
    EXPECT_EQ(check("Type: String, AllowedPattern: '[a-z]+'", "A"),
              "Parameter 'P' must match pattern [a-z]+");
    EXPECT_EQ(check("Type: String, AllowedPattern: '[a-z]+'", "abc"), R"("abc")");
    EXPECT_EQ(check("Type: String, AllowedPattern: '(?=.*[0-9])[a-z0-9]+'", "abc"),
              "Parameter 'P' must match pattern (?=.*[0-9])[a-z0-9]+");
    EXPECT_EQ(check("Type: String, AllowedPattern: '(?=.*[0-9])[a-z0-9]+'", "abc1"), R"("abc1")");
    EXPECT_THAT(check("Type: String, AllowedPattern: '^(?!x)(.*)*y$'", std::string(1000, 'a')),
                HasSubstr("Parameter 'P' cannot be matched with its AllowedPattern: "))
        << "what takes for ever is given up";
    EXPECT_THAT(check("Type: String, AllowedPattern: '(?!x)a+'", std::string(1001, 'a')),
                HasSubstr("for values of up to 1000 bytes only"));
    EXPECT_EQ(check("Type: String, MinLength: 2", "\xC3\xA4"),
              "Parameter 'P' must contain at least 2 characters");
    EXPECT_EQ(check("Type: String, MaxLength: 1", "ab"), "Parameter 'P' must contain at most 1 characters");
    EXPECT_EQ(check("Type: Number", "12x"), "Parameter 'P' must be a number.");
    EXPECT_EQ(check("Type: Number, MinValue: 1", "0"), "Parameter 'P' must be a number not less than 1");
    EXPECT_EQ(check("Type: Number, MaxValue: 10", "11"),
              "Parameter 'P' must be a number not greater than 10");
    EXPECT_EQ(check("Type: List<Number>", "1, 2,3"), R"(["1","2","3"])");
    EXPECT_EQ(check("Type: List<Number>", "1,x"), "Parameter 'P' must be a number.");
    EXPECT_EQ(check("Type: CommaDelimitedList", "a, b"), R"(["a","b"])");
}

class PlanTest : public testing::Test {
  protected:
    Result<Plan> plan(const std::string& body, const std::map<std::string, DeployedResource>& deployed) {
        parsed_ = *parse_template(body);
        environment_ = *make_environment(parsed_, *resolve_parameters(parsed_.parameters, {}), kPseudo);
        return make_plan(environment_, deployed, pipeline_types());
    }

    Template parsed_;
    Environment environment_;
};

TEST_F(PlanTest, AddsEverythingInOrderAtFirst) {
    auto planned = plan(std::string(kPipelineYaml), {});
    ASSERT_TRUE(planned) << planned.error().message;
    ASSERT_EQ(planned->changes.size(), 7U);
    EXPECT_EQ(planned->changes[0].action, PlannedChange::Action::kAdd);
    EXPECT_EQ(planned->outputs[0].value, kKnownAfterApply);
    EXPECT_EQ(planned->outputs[0].export_name, "pipe:QueueUrl");
}

TEST_F(PlanTest, FollowsReplacementsToTheirDependents) {
    const std::map<std::string, DeployedResource> deployed{
        {"Old", {"AWS::SQS::Queue", {true, "url-old", {}}, {}}},
        {"Q",
         {"AWS::SQS::Queue",
          {true, "url", {{"Arn", "arn:q"}}},
          {{"QueueName", "one"}, {"VisibilityTimeout", 30}}}},
        {"P",
         {"AWS::SQS::QueuePolicy",
          {true, "p", {}},
          {{"PolicyDocument", boost::json::object()}, {"Queues", {"url"}}}}},
    };
    const auto body = [](const char* name, const char* timeout) {
        return std::string("Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: ") + name +
               ", VisibilityTimeout: " + timeout +
               "}}\n  P: {Type: AWS::SQS::QueuePolicy, Properties: {PolicyDocument: {}, Queues: [!Ref Q]}}\n";
    };
    auto same = plan(body("one", "\"30\""), deployed);
    ASSERT_TRUE(same);
    ASSERT_EQ(same->changes.size(), 1U);
    EXPECT_EQ(same->changes[0].action, PlannedChange::Action::kRemove);
    EXPECT_EQ(same->changes[0].physical_id, "url-old");

    auto in_place = plan(body("one", "31"), deployed);
    ASSERT_EQ(in_place->changes.size(), 2U);
    EXPECT_FALSE(in_place->changes[0].replaces());

    auto replaced = plan(body("two", "30"), deployed);
    ASSERT_EQ(replaced->changes.size(), 3U);
    EXPECT_TRUE(replaced->changes[0].replaces());
    EXPECT_EQ(replaced->changes[1].logical_id, "P");
    EXPECT_EQ(replaced->changes[1].properties[0].name, "Queues");
}

TEST_F(PlanTest, RefusesAnotherTypeAndMissingValues) {
    auto retyped = plan("Resources: {Q: {Type: AWS::Kinesis::Stream}}",
                        {{"Q", {"AWS::SQS::Queue", {true, "url", {}}, {}}}});
    ASSERT_FALSE(retyped);
    EXPECT_THAT(retyped.error().message, HasSubstr("Update of resource type is not permitted"));
    auto missing = plan(
        "Resources: {P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [], PolicyDocument: !Ref "
        "AWS::NoValue}}}",
        {});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("Property PolicyDocument cannot be empty"));
}

TEST_F(PlanTest, RefusesOnlyWhatIsLeftOnceItIsEvaluated) {
    const auto queue = [&](const std::string& properties) {
        const auto planned = plan(
            "Conditions: {C: !Equals [a, a]}\n"
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: " +
                properties + "}}",
            {});
        const auto valid = validate_template(parsed_, pipeline_types());
        EXPECT_TRUE(valid) << valid.error().message;
        return planned ? std::string("good") : planned.error().message;
    };
    EXPECT_EQ(queue("{Nope: !Ref AWS::NoValue, Nor: !If [C, !Ref AWS::NoValue, x]}"), "good");
    EXPECT_EQ(queue("{Tags: [{Key: a, Value: b, Nope: !Ref AWS::NoValue}]}"), "good");
    EXPECT_EQ(queue("{Tags: !If [C, [], [{Kei: a}]]}"), "good");
    EXPECT_THAT(queue("{Nope: !If [C, x, !Ref AWS::NoValue]}"),
                HasSubstr("Encountered unsupported property Nope in resource Q"));
    EXPECT_THAT(queue("{Tags: !If [C, [{Kei: a}], []]}"), HasSubstr("#/Tags/0: extraneous key [Kei]"));
    EXPECT_EQ(queue("{VisibilityTimeout: !If [C, '30', abc]}"), "good");
    EXPECT_THAT(queue("{VisibilityTimeout: !If [C, abc, 30]}"),
                HasSubstr("#/VisibilityTimeout: expected type: Integer, found: String"));
    EXPECT_THAT(queue("{QueueName: !Split [',', 'a,b']}"),
                HasSubstr("#/QueueName: expected type: String, found: JSONArray"));
}

}  // namespace
}  // namespace millrace::cloudformation
