#include "services/cloudformation/sam/function.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <vector>

#include "services/cloudformation/sam/event_invoke_config.h"
#include "services/cloudformation/sam/events.h"
#include "services/cloudformation/sam/function_properties.h"
#include "services/cloudformation/sam/managed_policies.h"
#include "services/cloudformation/sam/published_version.h"
#include "services/cloudformation/sam/skipped.h"
#include "services/cloudformation/sam/stable_json.h"
#include "services/cloudformation/template/evaluate.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

class FunctionExpander {
  public:
    FunctionExpander(const std::string& logical_id, const json::object& resource, const Context& context)
        : id_(logical_id), resource_(resource), context_(context) {}

    Result<FunctionResources> expand() {
        const json::value* given = member(resource_, "Properties");
        if (given != nullptr && !given->is_object()) return invalid(id_, "Properties must be a map.");
        if (given != nullptr) properties_ = given->get_object();
        if (context_.allows_unknown && properties_.erase("DeploymentPreference") > 0)
            skip(skipped_deployment(id_));
        auto lambda = lambda_properties(id_, properties_, context_);
        if (!lambda) return std::unexpected(lambda.error());
        lambda_ = std::move(*lambda);
        for (auto step :
             {&FunctionExpander::take_dead_letters, &FunctionExpander::publish, &FunctionExpander::make_url,
              &FunctionExpander::take_invoke_config, &FunctionExpander::make_role,
              &FunctionExpander::take_events, &FunctionExpander::finish}) {
            if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
        }
        return std::move(made_);
    }

  private:
    Result<> take_dead_letters() {
        const json::value* queue = member(properties_, "DeadLetterQueue");
        if (queue == nullptr) return {};
        const json::object* parts = queue->if_object();
        const json::value* type = parts == nullptr ? nullptr : member(*parts, "Type");
        const json::value* target = parts == nullptr ? nullptr : member(*parts, "TargetArn");
        if (type == nullptr || target == nullptr) {
            return invalid(id_, "'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
        }
        const bool sqs = *type == json::value("SQS");
        if (!sqs && *type != json::value("SNS")) {
            return invalid(id_, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
        }
        lambda_.emplace("DeadLetterConfig", json::object{{"TargetArn", *target}});
        json::object policy =
            allow_policy("DeadLetterQueuePolicy", sqs ? "sqs:SendMessage" : "sns:Publish", *target);
        policy.at("PolicyDocument").as_object().emplace("Version", "2012-10-17");
        policies_.statements.push_back(std::move(policy));
        return {};
    }

    Result<> publish() {
        const json::value* alias = member(properties_, "AutoPublishAlias");
        if (alias == nullptr) {
            if (member(properties_, "ProvisionedConcurrencyConfig") == nullptr) return {};
            return invalid(
                id_, "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function");
        }
        auto published = publish_version(id_, properties_, lambda_, context_);
        if (!published) return std::unexpected(published.error());
        alias_name_ = published->alias_name;
        alias_ = published->alias_id;
        json::object version{{"Type", "AWS::Lambda::Version"}, {"Properties", std::move(published->version)}};
        pass_attributes(version);
        const json::value* policy = member(properties_, "VersionDeletionPolicy");
        if (!version.contains("DeletionPolicy"))
            version.emplace("DeletionPolicy", policy == nullptr ? json::value("Retain") : *policy);
        json::object points{{"Type", "AWS::Lambda::Alias"}, {"Properties", std::move(published->alias)}};
        pass_attributes(points);
        made_.resources.emplace(published->version_id, std::move(version));
        made_.resources.emplace(alias_, std::move(points));
        made_.aliases.emplace("Version", published->version_id);
        made_.aliases.emplace("Alias", alias_);
        return {};
    }

    Result<> make_url() {
        const json::value* config = member(properties_, "FunctionUrlConfig");
        if (config == nullptr) return {};
        if (!config->is_object()) return invalid(id_, "Property 'FunctionUrlConfig' should be a map.");
        const json::object& given = config->get_object();
        const json::value* auth = member(given, "AuthType");
        const std::string auth_type = auth == nullptr ? std::string() : scalar_text(*auth).value_or("");
        if (auth_type != "NONE" && auth_type != "AWS_IAM") {
            return invalid(id_,
                           "AuthType is required to configure function property `FunctionUrlConfig`. Please "
                           "provide either "
                           "AWS_IAM or NONE.");
        }
        const json::value target = ref_to(alias_.empty() ? id_ : alias_);
        json::object url{{"TargetFunctionArn", target}};
        for (const std::string_view name : {"AuthType", "Cors", "InvokeMode"}) {
            if (const json::value* value = member(given, name)) url.emplace(name, *value);
        }
        make("Url", "AWS::Lambda::Url", std::move(url));
        if (auth_type != "NONE") return {};
        make("UrlPublicPermissions", "AWS::Lambda::Permission",
             {{"Action", "lambda:InvokeFunctionUrl"},
              {"FunctionName", target},
              {"Principal", "*"},
              {"FunctionUrlAuthType", "NONE"}});
        make("URLInvokeAllowPublicAccess", "AWS::Lambda::Permission",
             {{"Action", "lambda:InvokeFunction"},
              {"FunctionName", target},
              {"Principal", "*"},
              {"InvokedViaFunctionUrl", true}});
        return {};
    }

    void make(std::string_view suffix, std::string_view type, json::object properties) {
        json::object resource{{"Type", type}, {"Properties", std::move(properties)}};
        pass_attributes(resource);
        made_.resources.emplace(id_ + std::string(suffix), std::move(resource));
    }

    Result<> take_invoke_config() {
        const json::value* config = member(properties_, "EventInvokeConfig");
        if (config == nullptr) return {};
        auto made = event_invoke_config(id_, alias_name_, resolve_parameters(*config, context_),
                                        policies_.statements);
        if (!made) return std::unexpected(made.error());
        made_.conditions = std::move(made->conditions);
        for (const MadeQueue& queue : made->queues) take_queue(queue);
        json::object resource{{"Type", "AWS::Lambda::EventInvokeConfig"},
                              {"Properties", std::move(made->properties)}};
        all_attributes(resource);
        if (!alias_.empty()) resource.emplace("DependsOn", json::array{alias_});
        made_.resources.emplace(id_ + "EventInvokeConfig", std::move(resource));
        return {};
    }

    void take_queue(const MadeQueue& queue) {
        json::object resource{{"Type", "AWS::SQS::Queue"}, {"Properties", json::object()}};
        pass_attributes(resource);
        if (!queue.condition.empty()) resource["Condition"] = with_own_condition(queue.condition);
        made_.resources.emplace(queue.logical_id, std::move(resource));
        made_.aliases.emplace("DestinationQueue", queue.logical_id);
    }

    /// The name of a condition that holds when this one and the function's do.
    std::string with_own_condition(const std::string& condition) {
        const json::value* own = member(resource_, "Condition");
        if (own == nullptr || !own->is_string()) return condition;
        std::string name = condition_name(std::string(own->get_string()) + "AND" + condition, id_);
        made_.conditions[name] =
            json::object{{"Fn::And", json::array{json::object{{"Condition", *own}},
                                                 json::object{{"Condition", condition}}}}};
        return name;
    }

    Result<> make_role() {
        policies_.managed.emplace_back(managed_policy_arn(context_.region, "AWSLambdaBasicExecutionRole"));
        if (is_traced(properties_, context_)) {
            const bool plain = partition_of(context_.region) == "aws";
            policies_.managed.emplace_back(managed_policy_arn(
                context_.region, plain ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess"));
        }
        if (member(properties_, "VpcConfig") != nullptr) {
            policies_.managed.emplace_back(
                managed_policy_arn(context_.region, "AWSLambdaVPCAccessExecutionRole"));
        }
        const json::value* policies = member(properties_, "Policies");
        if (policies == nullptr) return {};
        return add_policies(id_, role_id(), *policies, context_, policies_);
    }

    Result<> take_events() {
        const json::value* events = member(properties_, "Events");
        if (events == nullptr) return {};
        if (!events->is_object()) return invalid(id_, "Property 'Events' should be a map.");
        std::map<std::string, const json::value*> sorted;
        for (const auto& [name, event] : events->get_object()) sorted.emplace(name, &event);
        for (const auto& [name, event] : sorted) {
            auto skipped = context_.allows_unknown ? skipped_event(id_, name, *event) : std::nullopt;
            if (skipped) {
                skip(std::move(*skipped));
                continue;
            }
            auto mapping = event_source_mapping(id_, name, *event, ref_to(alias_.empty() ? id_ : alias_),
                                                context_, policies_);
            if (!mapping) return std::unexpected(mapping.error());
            json::object resource{{"Type", "AWS::Lambda::EventSourceMapping"},
                                  {"Properties", std::move(*mapping)}};
            pass_attributes(resource);
            made_.resources.emplace(id_ + name, std::move(resource));
        }
        return {};
    }

    void skip(MadeResource skipped) {
        pass_attributes(skipped.resource);
        made_.resources.emplace(skipped.logical_id, std::move(skipped.resource));
    }

    Result<> finish() {
        if (auto placed = place_role(); !placed) return placed;
        json::object function{{"Type", "AWS::Lambda::Function"}, {"Properties", std::move(lambda_)}};
        all_attributes(function);
        if (const json::value* needs = member(resource_, "DependsOn")) function.emplace("DependsOn", *needs);
        made_.resources.emplace(id_, std::move(function));
        propagate_tags();
        return {};
    }

    /// A role of its own where none is given, or where Fn::If gives AWS::NoValue.
    Result<> place_role() {
        const json::value own = attribute_of(role_id(), "Arn");
        const json::value* given = lambda_.if_contains("Role");
        if (given == nullptr) return make_own_role(own, {});
        const json::object* call = given->if_object();
        const json::value* branches = call == nullptr ? nullptr : call->if_contains("Fn::If");
        if (branches == nullptr) return {};
        const json::array* parts = branches->if_array();
        if (parts == nullptr || parts->size() != 3 || !(*parts)[0].is_string())
            return invalid(id_, "Malformed 'Role' property: Fn::If requires 3 arguments.");
        const std::string condition((*parts)[0].get_string());
        const bool first = is_no_value((*parts)[1]);
        const bool second = is_no_value((*parts)[2]);
        if (first && second) return make_own_role(own, {});
        const auto choose = [&](const json::value& then, const json::value& otherwise) {
            return json::object{{"Fn::If", json::array{json::value(condition), then, otherwise}}};
        };
        if (first) return make_own_role(choose(own, (*parts)[2]), condition);
        if (!second) return {};
        made_.conditions["NOT" + condition] =
            json::object{{"Fn::Not", json::array{json::object{{"Condition", condition}}}}};
        return make_own_role(choose((*parts)[1], own), "NOT" + condition);
    }

    Result<> make_own_role(json::value role_of_function, const std::string& condition) {
        auto role = role_properties();
        if (!role) return std::unexpected(role.error());
        json::object resource{{"Type", "AWS::IAM::Role"}, {"Properties", std::move(*role)}};
        pass_attributes(resource);
        if (!condition.empty()) resource["Condition"] = condition;
        made_.resources.emplace(role_id(), std::move(resource));
        lambda_.insert_or_assign("Role", std::move(role_of_function));
        return {};
    }

    Result<json::object> role_properties() const {
        const json::value* trust = member(properties_, "AssumeRolePolicyDocument");
        const json::value lambda = json::object{
            {"Version", "2012-10-17"},
            {"Statement",
             json::array{json::object{
                 {"Action", json::array{"sts:AssumeRole"}},
                 {"Effect", "Allow"},
                 {"Principal", json::object{{"Service", json::array{"lambda.amazonaws.com"}}}}}}}};
        json::object role{{"AssumeRolePolicyDocument", trust == nullptr ? lambda : *trust},
                          {"ManagedPolicyArns", policies_.managed}};
        if (!policies_.statements.empty()) role.emplace("Policies", policies_.statements);
        for (const auto& [name, from] :
             {std::pair("Path", "RolePath"), std::pair("PermissionsBoundary", "PermissionsBoundary")}) {
            if (const json::value* value = member(properties_, from)) role.emplace(name, *value);
        }
        auto tags = tag_list(id_, properties_);
        if (!tags) return std::unexpected(tags.error());
        role.emplace("Tags", std::move(*tags));
        return role;
    }

    /// The function's own tags, and nothing else, on all that is made and has tags.
    void propagate_tags() {
        const json::value* wanted = member(properties_, "PropagateTags");
        const json::value* tags = member(properties_, "Tags");
        if (wanted == nullptr || *wanted != json::value(true) || tags == nullptr ||
            tags->get_object().empty())
            return;
        json::array list;
        for (const auto& [key, value] : tags->get_object())
            list.push_back(json::object{{"Key", key}, {"Value", value}});
        for (auto& [name, resource] : made_.resources) {
            const std::string_view type = resource.at("Type").as_string();
            if (type != "AWS::Lambda::Function" && type != "AWS::IAM::Role" && type != "AWS::SQS::Queue")
                continue;
            resource.at("Properties").as_object()["Tags"] = list;
        }
    }

    /// What SAM passes on to everything that it makes of the function.
    void pass_attributes(json::object& resource) const {
        for (const std::string_view name : {"Condition", "DeletionPolicy", "UpdateReplacePolicy"}) {
            if (const json::value* value = member(resource_, name)) resource.emplace(name, *value);
        }
    }
    void all_attributes(json::object& resource) const {
        pass_attributes(resource);
        for (const std::string_view name : {"UpdatePolicy", "Metadata"}) {
            if (const json::value* value = member(resource_, name)) resource.emplace(name, *value);
        }
    }

    [[nodiscard]] std::string role_id() const { return id_ + "Role"; }

    const std::string& id_;
    const json::object& resource_;
    const Context& context_;
    json::object properties_;
    json::object lambda_;
    std::string alias_;  ///< its logical id; empty: none
    std::string alias_name_;
    RolePolicies policies_;
    FunctionResources made_;
};

}  // namespace

Result<FunctionResources> expand_function(const std::string& logical_id, const json::object& resource,
                                          const Context& context) {
    return FunctionExpander(logical_id, resource, context).expand();
}

}  // namespace millrace::cloudformation::sam
