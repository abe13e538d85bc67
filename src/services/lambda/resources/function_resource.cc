#include "services/lambda/resources/function_resource.h"

#include <boost/json.hpp>

#include "codec/base64.h"
#include "ports/property_types.h"
#include "services/lambda/code/zip_writer.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/from_templates.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/function_settings.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/runtimes/resources.h"

namespace millrace::lambda {

namespace json = boost::json;
using Input = api::lambda::CreateFunctionRequest;
using Update = ports::PropertyModel::Update;

namespace {

constexpr std::size_t kNameCharactersMax = 64;

ports::Resource to_resource(const aws::Scope& scope, const std::string& name) {
    return {.physical_id = name,
            .attributes = {{"Arn", function_arn(scope, name)},
                           {"SnapStartResponse.ApplyOn", "None"},  // there is no other
                           {"SnapStartResponse.OptimizationStatus", "Off"}}};
}

auto answer_function(const aws::Scope& scope, const std::string& name, ports::ResourceDone done) {
    return [scope, name, done = std::move(done)](aws::Outcome<void> stored) mutable {
        if (!stored) return done(std::unexpected(std::move(stored.error())));
        done(to_resource(scope, name));
    };
}

// As on AWS, a module that answers CloudFormation can be used without bringing it.
void add_response_module(bool python, std::map<std::string, std::string>& files) {
    const std::string_view wanted = python ? "cfnresponse.py" : "cfn-response.js";
    if (!files.begin()->second.contains(wanted.substr(0, wanted.rfind('.')))) return;
    for (const Resource& module : inline_modules()) {
        if (module.path == wanted)
            files.emplace((python ? "" : "node_modules/") + std::string(wanted), module.contents);
    }
}

// In a template ZipFile is the text of the one source file.
aws::Outcome<void> pack_inline_code(json::object& properties) {
    json::value* code = properties.if_contains("Code");
    json::value* text =
        code != nullptr && code->is_object() ? code->as_object().if_contains("ZipFile") : nullptr;
    if (text == nullptr) return {};
    const json::value* runtime = properties.if_contains("Runtime");
    const std::string_view name = runtime != nullptr && runtime->is_string()
                                      ? std::string_view(runtime->as_string())
                                      : std::string_view();
    if (!text->is_string() || !(name.starts_with("python") || name.starts_with("nodejs"))) {
        return std::unexpected(
            invalid_parameter("ZipFile can only be used when Runtime is set to either nodejs or python."));
    }
    const bool python = name.starts_with("python");
    std::map<std::string, std::string> files{
        {python ? "index.py" : "index.js", json::value_to<std::string>(*text)}};
    add_response_module(python, files);
    Result<std::string> zip = write_zip(files);
    if (!zip) return std::unexpected(aws::to_service_error(zip.error()));
    *text = codec::base64_encode(*zip);
    return {};
}

/// Reshapes the properties on the way.
aws::Outcome<Input> read_function(ports::ResourceRequest& request, const std::string& name) {
    json::object& properties = request.properties;
    if (const json::value* key = properties.if_contains("KmsKeyArn")) properties["KMSKeyArn"] = *key;
    properties["FunctionName"] = name;
    reshape_tags(properties);
    if (auto packed = pack_inline_code(properties); !packed)
        return std::unexpected(std::move(packed.error()));
    auto input = read_properties<api::lambda::CreateFunction>(properties);
    if (!input) return input;
    if (auto tagged = complete_tags(request, input->tags); !tagged)
        return std::unexpected(std::move(tagged.error()));
    return input;
}

constexpr std::string_view kFunctionTypes =
    "Architectures[] "
    "CapacityProviderConfig{LambdaManagedInstancesCapacityProviderConfig{CapacityProviderArn "
    "ExecutionEnvironmentMemoryGiBPerVCpu:number PerExecutionEnvironmentMaxConcurrency:integer}} "
    "Code{ImageUri S3Bucket S3Key S3ObjectStorageMode S3ObjectVersion SourceKMSKeyArn ZipFile} "
    "CodeSigningConfigArn DeadLetterConfig{TargetArn} Description "
    "DurableConfig{ExecutionTimeout:integer KMSKeyArn RetentionPeriodInDays:integer} "
    "Environment{Variables{}} EphemeralStorage{Size:integer} "
    "FileSystemConfigs[Arn LocalMountPath S3FilesConfig{DirectS3Read}] FunctionName "
    "Handler ImageConfig{Command[] EntryPoint[] WorkingDirectory} KmsKeyArn Layers[] "
    "LoggingConfig{ApplicationLogLevel LogFormat LogGroup SystemLogLevel} MemorySize:integer PackageType "
    "RecursiveLoop ReservedConcurrentExecutions:integer Role Runtime "
    "RuntimeManagementConfig{RuntimeVersionArn UpdateRuntimeOn} SnapStart{ApplyOn} Tags[Key Value] "
    "TenancyConfig{TenantIsolationMode} Timeout:integer TracingConfig{Mode} "
    "VpcConfig{Ipv6AllowedForDualStack:boolean SecurityGroupIds[] SubnetIds[]}";

}  // namespace

ports::ResourceTypeModel function_resource_type() {
    ports::ResourceTypeModel type{
        .type = std::string(kFunctionType),
        .attributes = {"Arn", "SnapStartResponse.ApplyOn", "SnapStartResponse.OptimizationStatus"},
        .takes_stack_tags = true,
        .not_offered = {"FunctionScalingConfig", "PublishToLatestPublished"}};
    for (const aws::Member& member : api::lambda::CreateFunction::model().input->members) {
        if (member.name == "Publish" || member.name == "PublishTo" || member.name == "KMSKeyArn") continue;
        const bool replaced = member.name == "FunctionName" || member.name == "PackageType";
        type.properties.push_back({.name = std::string(member.name),
                                   .required = member.name == "Code" || member.name == "Role",
                                   .update = replaced ? Update::kReplacement : Update::kInPlace});
    }
    for (const char* name :
         {"KmsKeyArn", "ReservedConcurrentExecutions", "RuntimeManagementConfig", "RecursiveLoop"}) {
        type.properties.push_back({.name = name});
    }
    return ports::with_types(std::move(type), kFunctionTypes);
}

void create_function_resource(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    std::string name = request.generated_name.substr(0, kNameCharactersMax);
    if (const json::value* given = request.properties.if_contains("FunctionName")) {
        if (given->is_string()) name = json::value_to<std::string>(*given);
    }
    auto settings = take_function_settings(core, request.context.scope, name, request.properties);
    if (!settings) return done(std::unexpected(std::move(settings.error())));
    aws::Outcome<Input> input = read_function(request, name);
    if (!input) return done(std::unexpected(std::move(input.error())));
    create_function_from_template(
        core, request.context, std::move(*input),
        [&core, context = request.context, settings = std::move(*settings),
         done = std::move(done)](aws::Outcome<api::lambda::FunctionConfiguration> created) mutable {
            if (!created) return done(std::unexpected(std::move(created.error())));
            const std::string name = *created->function_name;
            apply_function_settings(core, context, name, std::move(settings),
                                    answer_function(context.scope, name, std::move(done)));
        });
}

void update_function_resource(Core& core, ports::ResourceRequest request, std::string name,
                              const json::object& previous, ports::ResourceDone done) {
    const aws::RequestContext context = request.context;
    const aws::Scope scope = context.scope;
    const auto code_of = [](const json::object& properties) {
        const json::value* code = properties.if_contains("Code");
        return code != nullptr ? *code : json::value();
    };
    const bool same_code = code_of(previous) == code_of(request.properties);
    aws::Outcome<FunctionPtr> before = find_function(core, scope, name);
    if (!before) return done(std::unexpected(std::move(before.error())));
    if (auto free = check_no_change_in_progress(core, **before); !free)
        return done(std::unexpected(free.error()));
    auto settings = take_function_settings(core, scope, name, request.properties);
    if (!settings) return done(std::unexpected(std::move(settings.error())));
    aws::Outcome<Input> input = read_function(request, name);
    if (!input) return done(std::unexpected(std::move(input.error())));
    CodeSource source = code_source(input->code);
    aws::Outcome<Function> made = make_function(core, scope, name, std::move(*input));
    if (!made) return done(std::unexpected(std::move(made.error())));
    made->versions_published = (*before)->versions_published;

    core.functions.change_begins(scope, name);
    auto with_code = [&core, function = std::move(*made), scope, name, context,
                      settings = std::move(*settings),
                      done = std::move(done)](aws::Outcome<CodeReference> code) mutable {
        if (!code) {
            core.functions.change_ended(scope, name);
            return done(std::unexpected(std::move(code.error())));
        }
        function.code = std::move(*code);
        auto stored = [&core, name, context, settings = std::move(settings),
                       done = std::move(done)](auto changed) mutable {
            if (!changed) return done(std::unexpected(std::move(changed.error())));
            apply_function_settings(core, context, name, std::move(settings),
                                    answer_function(context.scope, name, std::move(done)));
        };
        store_changed(core, std::move(function), std::move(stored));
    };
    if (same_code) return with_code((*before)->code);
    take_code(core, scope, std::move(source), std::move(with_code));
}

std::string find_unanswered_function(const Core& core, const ports::ResourceRequest& request) {
    std::string name = ports::name_in(request, "FunctionName");
    const FunctionPtr function = core.functions.find(request.context.scope, name);
    return function && ports::made_since(function->last_modified, request) ? name : std::string();
}

void remove_function_resource(Core& core, const ports::ResourceRequest& request, std::string name,
                              ports::ResourceRemoved done) {
    delete_function(
        core, request.context, {.function_name = std::move(name)},
        [done = std::move(done)](aws::Outcome<api::lambda::DeleteFunctionResponse> deleted) mutable {
            if (deleted || deleted.error().code == "ResourceNotFoundException") return done({});
            done(std::unexpected(std::move(deleted.error())));
        });
}

}  // namespace millrace::lambda
