#include "services/lambda/ops/function_shapes.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "codec/sha256.h"
#include "codec/timestamp.h"
#include "services/lambda/code/unzip.h"
#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/function_references.h"
#include "services/lambda/ops/given.h"
#include "services/lambda/ops/logging_config.h"
#include "services/lambda/ops/mapping_tags.h"
#include "services/lambda/ops/publishing.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kEnvironmentBytesMax = 4096;
constexpr std::int32_t kMemoryMbMax = 10'240;

constexpr std::array<std::string_view, 18> kReservedVariables{
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
};

// The properties that creation and update have in common.
template <class Request>
std::optional<std::string_view> unoffered_in_both(const Request& r) {
    if (r.vpc_config && (any(r.vpc_config->subnet_ids) || any(r.vpc_config->security_group_ids)))
        return "VpcConfig";
    if (any(r.kms_key_arn)) return "KMSKeyArn";
    if (any(r.file_system_configs)) return "FileSystemConfigs";
    if (r.image_config) return "ImageConfig";
    if (r.snap_start && r.snap_start->apply_on == "PublishedVersions") return "SnapStart";
    if (r.capacity_provider_config) return "CapacityProviderConfig";
    if (r.runtime_config) return "RuntimeConfig";
    if (r.accelerator_config) return "AcceleratorConfig";
    if (r.durable_config) return "DurableConfig";
    return std::nullopt;
}

// There are no versions of this machine's interpreters; tools want the ARN of one all the same.
std::string runtime_version_arn(const Function& f) {
    return fmt::format("arn:aws:lambda:{}::runtime:{}", f.scope.region, codec::sha256_hex(f.runtime));
}

CodeStore::StoreDone in_aws_words(std::move_only_function<void(aws::Outcome<CodeReference>)> done) {
    return [done = std::move(done)](Result<CodeReference> result) mutable {
        if (!result) return done(std::unexpected(code_error(result.error())));
        done(std::move(*result));
    };
}

}  // namespace

aws::ServiceError code_error(const Error& error) {
    switch (error.code) {
        case ErrorCode::kInvalidArgument:
            return invalid_parameter(
                "Could not unzip uploaded file. Please check your file, then try to upload again.");
        case ErrorCode::kResourceExhausted:
            return invalid_parameter(
                fmt::format("Unzipped size must be smaller than {} bytes", kUnzippedBytesMax));
        case ErrorCode::kNotFound:
            return invalid_parameter(fmt::format("The function's code is not there: {}", error.message));
        case ErrorCode::kIo:
            return service_exception(error.message);
        default:
            return aws::to_service_error(error);
    }
}

std::string lambda_time(WallTime time) {
    std::string text = codec::format_iso8601(time);
    text.replace(text.size() - 1, 1, "+0000");
    return text;
}

api::lambda::FunctionConfiguration describe(const Function& f) {
    api::lambda::FunctionConfiguration c;
    c.function_name = f.name;
    c.function_arn = f.is_latest() ? f.arn() : f.qualified_arn();
    c.runtime = f.runtime;
    c.role = f.role;
    c.handler = f.handler;
    c.code_size = f.code.size;
    c.description = f.description;
    c.timeout = f.timeout_seconds;
    c.memory_size = f.memory_mb;
    c.last_modified = lambda_time(f.last_modified);
    c.code_sha256 = f.code.code_sha256;
    c.version = f.version;
    if (!f.environment.empty() || f.shows_environment)
        c.environment = api::lambda::EnvironmentResponse{.variables = f.environment};
    if (!f.dead_letter_arn.empty())
        c.dead_letter_config = api::lambda::DeadLetterConfig{.target_arn = f.dead_letter_arn};
    for (const LayerReference& layer : f.layers) {
        if (!c.layers) c.layers.emplace();
        c.layers->push_back({.arn = layer.arn, .code_size = layer.code.size});
    }
    c.tracing_config = api::lambda::TracingConfigResponse{.mode = f.traced ? "Active" : "PassThrough"};
    c.revision_id = f.revision_id;
    c.state = "Active";
    c.last_update_status = "Successful";
    c.package_type = "Zip";
    c.architectures = f.architectures;
    c.ephemeral_storage = api::lambda::EphemeralStorage{.size = f.ephemeral_storage_mb};
    c.snap_start = api::lambda::SnapStartResponse{.apply_on = "None", .optimization_status = "Off"};
    c.logging_config = describe_logging(f);
    c.runtime_version_config =
        api::lambda::RuntimeVersionConfig{.runtime_version_arn = runtime_version_arn(f)};
    return c;
}

api::lambda::FunctionConfiguration describe_in_list(const Function& f) {
    api::lambda::FunctionConfiguration c = describe(f);
    c.runtime_version_config.reset();
    c.state.reset();
    c.state_reason.reset();
    c.state_reason_code.reset();
    c.last_update_status.reset();
    c.last_update_status_reason.reset();
    c.last_update_status_reason_code.reset();
    return c;
}

std::string Target::record_key() const {
    return lambda::record_key(function->scope, function->name,
                              reference.qualifier.empty() ? kLatestVersion : reference.qualifier);
}

aws::Outcome<Target> find_target(const Core& core, const aws::Scope& scope, std::string_view reference,
                                 std::string_view qualifier) {
    aws::Outcome<FunctionReference> named = resolve_function_name(scope, reference, qualifier);
    if (!named) return std::unexpected(std::move(named.error()));
    FunctionPtr function = core.functions.find(scope, named->name, named->qualifier);
    if (!function) return std::unexpected(function_not_found(scope, named->name, named->qualifier));
    std::string arn = function_arn(scope, named->qualified_name());
    return Target{.function = std::move(function), .reference = std::move(*named), .arn = std::move(arn)};
}

aws::Outcome<Target> find_invoked(const Core& core, const aws::Scope& scope, const std::string& function,
                                  const std::string& qualifier) {
    auto target = find_target(core, scope, function, qualifier);
    const auto named = resolve_function_name(scope, function, qualifier);
    if (target || !named || !named->qualifier.empty()) return target;
    return std::unexpected(function_not_found(scope, named->name, kLatestVersion));
}

aws::Outcome<Target> find_qualified_target(const Core& core, const aws::Scope& scope,
                                           std::string_view reference, std::string_view qualifier) {
    auto target = find_target(core, scope, reference, qualifier);
    if (target) return target;
    const auto named = resolve_function_name(scope, reference, qualifier);
    const bool is_alias = named && !named->qualifier.empty() && !is_version_number(named->qualifier) &&
                          named->qualifier != kLatestVersion;
    if (!is_alias || !core.functions.find(scope, named->name)) return target;
    return std::unexpected(resource_not_found(
        fmt::format("Cannot find alias arn: {}", function_arn(scope, named->qualified_name()))));
}

aws::Outcome<FunctionPtr> find_function(const Core& core, const aws::Scope& scope,
                                        std::string_view reference) {
    aws::Outcome<FunctionReference> named = resolve_function_name(scope, reference);
    if (!named) return std::unexpected(std::move(named.error()));
    if (!named->qualifier.empty() && named->qualifier != kLatestVersion) {
        return std::unexpected(only_on_functions());
    }
    FunctionPtr function = core.functions.find(scope, named->name);
    if (!function) return std::unexpected(function_not_found(scope, named->name, named->qualifier));
    return function;
}

aws::Outcome<void> check_no_change_in_progress(const Core& core, const Function& function) {
    if (!core.functions.is_changing(function.scope, function.name)) return {};
    return std::unexpected(resource_conflict(fmt::format(
        "The operation cannot be performed at this time. An update is in progress for resource: {}",
        function.arn())));
}

std::optional<aws::ServiceError> find_unoffered(const api::lambda::CreateFunctionRequest& request) {
    if (request.package_type == "Image") return not_offered("PackageType Image");
    if (request.tenancy_config) return not_offered("TenancyConfig");
    if (request.publish_to) return not_offered("PublishTo");
    if (any(request.code.source_kms_key_arn)) return not_offered("Code.SourceKMSKeyArn");
    if (request.code.s3_object_storage_mode == "REFERENCE")
        return not_offered("Code.S3ObjectStorageMode REFERENCE");
    if (const auto property = unoffered_in_both(request)) return not_offered(*property);
    return std::nullopt;
}

std::optional<aws::ServiceError> find_unoffered(
    const api::lambda::UpdateFunctionConfigurationRequest& request) {
    if (const auto property = unoffered_in_both(request)) return not_offered(*property);
    return std::nullopt;
}

aws::Outcome<void> check_environment(const std::map<std::string, std::string>& variables) {
    std::string reserved;
    std::string measured;
    for (const auto& [name, value] : variables) {
        if (std::find(kReservedVariables.begin(), kReservedVariables.end(), name) !=
            kReservedVariables.end()) {
            if (!reserved.empty()) reserved += ", ";
            reserved += name;
        }
        measured += fmt::format("{}\"{}\":\"{}\"", measured.empty() ? "" : ",", name, value);
    }
    if (!reserved.empty()) {
        return std::unexpected(invalid_parameter(fmt::format(
            "Lambda was unable to configure your environment variables because the environment variables "
            "you have provided contains reserved keys that are currently not supported for modification. "
            "Reserved keys used in this request: {}",
            reserved)));
    }
    if (!variables.empty() && measured.size() + 2 > kEnvironmentBytesMax) {
        return std::unexpected(invalid_parameter(fmt::format(
            "Lambda was unable to configure your environment variables because the environment variables "
            "you have provided exceeded the 4KB limit. String measured: {{{}}}",
            measured)));
    }
    return {};
}

aws::Outcome<void> check_runtime(const std::string& runtime) {
    const auto& members = api::lambda::GetFunctionConfiguration::model().output->members;
    const auto& known = std::ranges::find(members, "Runtime", &aws::Member::name)->shape->constraints.values;
    if (std::ranges::find(known, runtime) == known.end()) {
        return std::unexpected(invalid_parameter(
            fmt::format("Value {} at 'runtime' failed to satisfy constraint: Member must satisfy enum value "
                        "set: [{}] or be a valid ARN",
                        runtime, fmt::join(known, ", "))));
    }
    if (is_offered_runtime(runtime)) return {};
    return std::unexpected(not_offered(fmt::format("The runtime {}", runtime)));
}

aws::Outcome<void> check_memory(std::int32_t megabytes) {
    if (megabytes <= kMemoryMbMax) return {};
    return std::unexpected(invalid_parameter(
        fmt::format("'MemorySize' value failed to satisfy constraint: Member must have value less than or "
                    "equal to {}",
                    kMemoryMbMax)));
}

namespace {

aws::Outcome<void> check(const api::lambda::CreateFunctionRequest& input) {
    if (auto unoffered = find_unoffered(input)) return std::unexpected(std::move(*unoffered));
    if (!input.runtime || !input.handler) {
        return std::unexpected(invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."));
    }
    if (aws::Outcome<void> runtime = check_runtime(*input.runtime); !runtime) return runtime;
    if (aws::Outcome<void> memory = check_memory(input.memory_size.value_or(0)); !memory) return memory;
    if (input.environment && input.environment->variables)
        return check_environment(*input.environment->variables);
    return {};
}

/// From S3, in the words of which Lambda tells what is wrong there.
void fetch_code(Core& core, const aws::Scope& scope, CodeSource source,
                std::move_only_function<void(aws::Outcome<CodeReference>)> done) {
    if (!source.s3_bucket || !source.s3_key) {
        return done(std::unexpected(invalid_parameter("Please provide a source for function code.")));
    }
    ports::ObjectAddress address{.bucket = std::move(*source.s3_bucket),
                                 .key = std::move(*source.s3_key),
                                 .version_id = std::move(source.s3_object_version)};
    core.objects.read(scope, std::move(address), kUnzippedBytesMax,
                      [&core, done = std::move(done)](aws::Outcome<ports::ObjectContent> object) mutable {
                          if (object)
                              return core.code.store(std::move(object->bytes), in_aws_words(std::move(done)));
                          const aws::ServiceError& error = object.error();
                          if (error.code == "EntityTooLarge") {
                              return done(std::unexpected(invalid_parameter(fmt::format(
                                  "Unzipped size must be smaller than {} bytes", kUnzippedBytesMax))));
                          }
                          done(std::unexpected(invalid_parameter(fmt::format(
                              "Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: {}",
                              error.code, error.message))));
                      });
}

}  // namespace

CodeSource code_source(api::lambda::FunctionCode& code) {
    return {.zip_file = std::move(code.zip_file),
            .s3_bucket = std::move(code.s3_bucket),
            .s3_key = std::move(code.s3_key),
            .s3_object_version = std::move(code.s3_object_version),
            .image_uri = code.image_uri};
}

aws::Outcome<Function> make_function(const Core& core, const aws::Scope& scope, std::string name,
                                     api::lambda::CreateFunctionRequest input) {
    if (aws::Outcome<void> checked = check(input); !checked)
        return std::unexpected(std::move(checked.error()));
    Function function{.scope = scope, .name = std::move(name)};
    function.runtime = std::move(*input.runtime);
    function.handler = std::move(*input.handler);
    function.role = std::move(input.role);
    function.description = input.description.value_or("");
    function.timeout_seconds = input.timeout.value_or(function.timeout_seconds);
    function.memory_mb = input.memory_size.value_or(function.memory_mb);
    if (input.ephemeral_storage) function.ephemeral_storage_mb = input.ephemeral_storage->size;
    if (input.environment && input.environment->variables) {
        function.environment = *input.environment->variables;
        function.shows_environment = true;
    }
    if (input.tags) function.tags = std::move(*input.tags);
    if (auto fits = check_tags(function.tags); !fits) return std::unexpected(std::move(fits.error()));
    if (input.architectures && !input.architectures->empty()) function.architectures = *input.architectures;
    if (input.tracing_config) function.traced = input.tracing_config->mode == "Active";
    function.log_group = fmt::format("/aws/lambda/{}", function.name);
    if (input.logging_config) {
        if (auto applied = apply_logging(function, *input.logging_config); !applied)
            return std::unexpected(std::move(applied.error()));
    }
    if (auto applied = apply_references(core, function, input.dead_letter_config, input.layers); !applied)
        return std::unexpected(std::move(applied.error()));
    return function;
}

void take_code(Core& core, const aws::Scope& scope, CodeSource source,
               std::move_only_function<void(aws::Outcome<CodeReference>)> done) {
    const bool s3 = source.s3_bucket || source.s3_key;
    if (source.image_uri) return done(std::unexpected(not_offered("Code.ImageUri")));
    if (source.zip_file && s3) {
        return done(std::unexpected(invalid_parameter(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.")));
    }
    if (source.zip_file) {
        if (source.zip_file->size() > kZippedBytesMax) {
            return done(std::unexpected(aws::ServiceError{
                .code = "RequestEntityTooLargeException",
                .message = fmt::format("Zipped size must be smaller than {} bytes", kZippedBytesMax),
                .http_status = 413}));
        }
        return core.code.store(std::move(*source.zip_file), in_aws_words(std::move(done)));
    }
    if (!s3) return done(std::unexpected(invalid_parameter("Please provide a source for function code.")));
    if (source.s3_bucket != kLocalBucket) return fetch_code(core, scope, std::move(source), std::move(done));
    if (source.s3_object_version) {
        return done(std::unexpected(
            invalid_parameter(fmt::format("What the bucket {} stands for has no versions.", kLocalBucket))));
    }
    if (!source.s3_key || !source.s3_key->starts_with('/')) {
        return done(std::unexpected(invalid_parameter(
            fmt::format("With the bucket {} the key must be an absolute path.", kLocalBucket))));
    }
    core.code.describe_local(std::move(*source.s3_key), in_aws_words(std::move(done)));
}

void store_changed(Core& core, Function function,
                   std::move_only_function<void(aws::Outcome<api::lambda::FunctionConfiguration>)> done,
                   bool publish) {
    function.revision_id = make_uuid(core.random);
    function.last_modified = core.clock.now();
    const aws::Scope scope = function.scope;
    const std::string name = function.name;
    auto stored = [&core, scope, name, done = std::move(done)](aws::Outcome<Published> result) mutable {
        core.functions.change_ended(scope, name);
        if (!result) return done(std::unexpected(std::move(result.error())));
        core.invoker.function_changed(core.functions.find(scope, name));
        core.mappings.function_changed(scope, name);
        done(describe(*result->version));
    };
    if (publish) return store_published(core, std::move(function), std::nullopt, std::move(stored));
    auto latest = std::make_shared<const Function>(std::move(function));
    core.functions.store(latest, [latest, stored = std::move(stored)](Result<> result) mutable {
        if (!result) return stored(std::unexpected(aws::to_service_error(result.error())));
        stored(Published{.version = latest});
    });
}

}  // namespace millrace::lambda
