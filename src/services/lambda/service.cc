#include "services/lambda/service.h"

#include <filesystem>

#include "base/log.h"
#include "services/lambda/asynchronous/event_port.h"
#include "services/lambda/code/package_link.h"
#include "services/lambda/core.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/provisioning.h"
#include "services/lambda/resources/lambda_resources.h"
#include "services/lambda/runtimes/resources.h"
#include "services/lambda/urls/function_urls.h"

namespace millrace::lambda {

namespace {

std::string runtime_directory_below(const std::string& data_directory) {
    return (std::filesystem::path(data_directory) / "runtime").string();
}

Dependencies with_absolute_paths(Dependencies dependencies) {
    dependencies.data_directory =
        std::filesystem::absolute(dependencies.data_directory).lexically_normal().string();
    return dependencies;
}

}  // namespace

struct Service::Impl {
    explicit Impl(Dependencies given)
        : d(with_absolute_paths(std::move(given))),
          functions(d.catalog),
          records(d.catalog, functions),
          layers(d.catalog),
          code_signing(d.catalog, kCodeSigningPrefix),
          code(d.files, d.data_directory, d.home, d.background),
          interpreters(d.search_path, d.home, d.background),
          invoker(
              {.home = d.home,
               .clock = d.clock,
               .random = d.random,
               .logs = d.log_sink,
               .host = d.host,
               .settings = {.runtime_directory = runtime_directory_below(d.data_directory),
                            .endpoint_url = d.endpoint_url,
                            .search_path = d.search_path,
                            .private_tmp = d.private_tmp},
               .debug_ports = DebugPorts(d.debug_port)},
              code, interpreters, d.limits,
              [this](const aws::Scope& scope, const std::string& name) { return reserved_of(scope, name); },
              [this](const aws::Scope& scope, const std::string& name) { return may_recur(scope, name); }),
          asynchronous(d.home, d.clock, d.logs, d.catalog,
                       {.run = [this](const AsyncEvent& event,
                                      Invocation invocation) { run(event, std::move(invocation)); },
                        .policy_of = [this](const AsyncEvent& event) { return policy_of(event); },
                        .send =
                            [this](const std::string& queue, std::string body,
                                   ports::MessageQueues::Attributes attributes,
                                   std::move_only_function<void(Result<>)> done) {
                                d.queues.send(queue, std::move(body), std::move(attributes), std::move(done));
                            },
                        .make_id = [this] { return make_uuid(d.random); }},
                       d.times),
          mappings({.home = d.home,
                    .clock = d.clock,
                    .random = d.random,
                    .catalog = d.catalog,
                    .records = d.records,
                    .queues = d.queues,
                    .objects = d.object_sink,
                    .metrics = d.metrics,
                    .invoke = [this](const aws::Scope& scope, const std::string& function,
                                     Invocation invocation) { run(scope, function, std::move(invocation)); },
                    .role_of =
                        [this](const aws::Scope& scope, const std::string& name) {
                            const FunctionPtr function = functions.find_qualified(scope, name);
                            return function ? function->role : std::string();
                        },
                    .timeout_of =
                        [this](const aws::Scope& scope, const std::string& name) {
                            const FunctionPtr function = functions.find_qualified(scope, name);
                            return function ? Seconds{function->timeout_seconds} : Seconds{0};
                        },
                    .concurrency_max = d.limits.sandboxes_per_function_max,
                    .endpoint_url = d.endpoint_url}) {}

    void run(const aws::Scope& scope, const std::string& name, const std::string& qualifier,
             Invocation invocation) {
        const FunctionPtr function = functions.route(scope, name, qualifier, d.random.next());
        if (!function) return invocation.done(refused(function_not_found(scope, name, qualifier)));
        invocation.invoked_arn = function_arn(scope, FunctionReference{name, qualifier}.qualified_name());
        invoker.invoke(function, std::move(invocation));
    }
    // For mappings, whose function may have a qualifier in its name.
    void run(const aws::Scope& scope, const std::string& name, Invocation invocation) {
        const std::size_t colon = name.find(':');
        const std::string qualifier = colon == std::string::npos ? std::string() : name.substr(colon + 1);
        run(scope, name.substr(0, colon), qualifier, std::move(invocation));
    }
    void run(const AsyncEvent& event, Invocation invocation) {
        run(event.scope, event.function, event.qualifier, std::move(invocation));
    }

    std::optional<std::size_t> reserved_of(const aws::Scope& scope, const std::string& name) const {
        const auto reserved = records.reserved.find(record_key(scope, name, kLatestVersion));
        return reserved ? std::optional(reserved->executions) : std::nullopt;
    }

    bool may_recur(const aws::Scope& scope, const std::string& name) const {
        const auto recursion = records.recursion.find(record_key(scope, name, kLatestVersion));
        return recursion && recursion->value == "Allow";
    }

    AsyncPolicy policy_of(const AsyncEvent& event) const {
        const std::string qualifier = event.qualifier.empty() ? std::string(kLatestVersion) : event.qualifier;
        AsyncPolicy policy{.age_max = d.times.age_max,
                           .stopped = reserved_of(event.scope, event.function) == 0,
                           .may_recur = may_recur(event.scope, event.function),
                           .function_arn = function_arn(event.scope, event.function + ":" + qualifier)};
        if (const auto function = functions.find(event.scope, event.function, qualifier))
            policy.dead_letter = function->dead_letter_arn;
        const auto config = records.event_invoke.find(record_key(event.scope, event.function, qualifier));
        if (!config) return policy;
        policy.retries_max = config->retries_max.value_or(policy.retries_max);
        if (config->age_max) policy.age_max = *config->age_max;
        policy.on_success = config->on_success;
        policy.on_failure = config->on_failure;
        return policy;
    }

    Result<> load() {
        if (Result<> opened = code.open(); !opened) return opened;
        if (Result<> written = write_runtime_resources(d.files, runtime_directory_below(d.data_directory));
            !written) {
            return written;
        }
        if (Result<> loaded = functions.load(); !loaded) return loaded;
        if (Result<> loaded = layers.load(); !loaded) return loaded;
        if (Result<> loaded = code_signing.load(); !loaded) return loaded;
        if (Result<> loaded = mappings.load(); !loaded) return loaded;
        std::set<std::string> used;
        for (const FunctionPtr& function : functions.all()) {
            used.insert(function->code.sha256);
            for (const LayerReference& layer : function->layers) used.insert(layer.code.sha256);
        }
        for (const auto& [key, layer] : layers.versions.list()) used.insert(layer->code.sha256);
        code.keep_only(std::move(used));
        return {};
    }

    Dependencies d;
    Functions functions;
    FunctionRecords records;
    Layers layers;
    CodeSigningConfigs code_signing;
    CodeStore code;
    Interpreters interpreters;
    Invoker invoker;
    AsyncInvocations asynchronous;
    Mappings mappings;
    Core core{d.home, d.clock, d.random,     functions, records,  layers,    code_signing,
              code,   invoker, asynchronous, mappings,  d.queues, d.objects, d.object_sink};
    LambdaResources resources{core};
    FunctionUrls urls{core};
    EventPort event_port{core};
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

void Service::open(Dependencies dependencies, Opened opened) {
    auto impl = std::make_unique<Impl>(std::move(dependencies));
    if (Result<> loaded = impl->load(); !loaded) return opened(std::unexpected(loaded.error()));
    AsyncInvocations& asynchronous = impl->asynchronous;
    asynchronous.open([impl = std::move(impl), opened = std::move(opened)](Result<> result) mutable {
        if (!result) return opened(std::unexpected(result.error()));
        opened(std::unique_ptr<Service>(new Service(std::move(impl))));
    });
}

void Service::start() {
    apply_all_provisioning(impl_->core);
    impl_->asynchronous.start();
    impl_->mappings.start();
}

void Service::register_operations(aws::Registry& registry) {
    Core& core = impl_->core;
    registry.add<api::lambda::CreateFunction>(core, create_function);
    registry.add<api::lambda::GetFunction>(core, get_function);
    registry.add<api::lambda::GetFunctionConfiguration>(core, get_function_configuration);
    registry.add<api::lambda::ListFunctions>(core, list_functions);
    registry.add<api::lambda::ListVersionsByFunction>(core, list_versions_by_function);
    registry.add<api::lambda::DeleteFunction>(core, delete_function);
    registry.add<api::lambda::UpdateFunctionCode>(core, update_function_code);
    registry.add<api::lambda::UpdateFunctionConfiguration>(core, update_function_configuration);
    registry.add<api::lambda::Invoke>(core, invoke);
    registry.add_stream<api::lambda::InvokeWithResponseStream>(
        [&core](const aws::RequestContext& context, api::lambda::InvokeWithResponseStreamRequest input,
                aws::StreamReply reply) {
            invoke_with_response_stream(core, context, std::move(input), std::move(reply));
        });
    registry.add<api::lambda::ListTags>(core, list_tags);
    registry.add<api::lambda::TagResource>(core, tag_resource);
    registry.add<api::lambda::UntagResource>(core, untag_resource);
    registry.add<api::lambda::PublishVersion>(core, publish_version);
    registry.add<api::lambda::CreateAlias>(core, create_alias);
    registry.add<api::lambda::GetAlias>(core, get_alias);
    registry.add<api::lambda::UpdateAlias>(core, update_alias);
    registry.add<api::lambda::DeleteAlias>(core, delete_alias);
    registry.add<api::lambda::ListAliases>(core, list_aliases);
    registry.add<api::lambda::AddPermission>(core, add_permission);
    registry.add<api::lambda::RemovePermission>(core, remove_permission);
    registry.add<api::lambda::GetPolicy>(core, get_policy);
    registry.add<api::lambda::PutFunctionConcurrency>(core, put_function_concurrency);
    registry.add<api::lambda::GetFunctionConcurrency>(core, get_function_concurrency);
    registry.add<api::lambda::DeleteFunctionConcurrency>(core, delete_function_concurrency);
    registry.add<api::lambda::PutProvisionedConcurrencyConfig>(core, put_provisioned_concurrency_config);
    registry.add<api::lambda::GetProvisionedConcurrencyConfig>(core, get_provisioned_concurrency_config);
    registry.add<api::lambda::DeleteProvisionedConcurrencyConfig>(core,
                                                                  delete_provisioned_concurrency_config);
    registry.add<api::lambda::ListProvisionedConcurrencyConfigs>(core, list_provisioned_concurrency_configs);
    registry.add<api::lambda::GetAccountSettings>(core, get_account_settings);
    registry.add<api::lambda::PutFunctionEventInvokeConfig>(core, put_function_event_invoke_config);
    registry.add<api::lambda::UpdateFunctionEventInvokeConfig>(core, update_function_event_invoke_config);
    registry.add<api::lambda::GetFunctionEventInvokeConfig>(core, get_function_event_invoke_config);
    registry.add<api::lambda::DeleteFunctionEventInvokeConfig>(core, delete_function_event_invoke_config);
    registry.add<api::lambda::ListFunctionEventInvokeConfigs>(core, list_function_event_invoke_configs);
    registry.add<api::lambda::CreateFunctionUrlConfig>(core, create_function_url_config);
    registry.add<api::lambda::GetFunctionUrlConfig>(core, get_function_url_config);
    registry.add<api::lambda::UpdateFunctionUrlConfig>(core, update_function_url_config);
    registry.add<api::lambda::DeleteFunctionUrlConfig>(core, delete_function_url_config);
    registry.add<api::lambda::ListFunctionUrlConfigs>(core, list_function_url_configs);
    registry.add<api::lambda::PublishLayerVersion>(core, publish_layer_version);
    registry.add<api::lambda::GetLayerVersion>(core, get_layer_version);
    registry.add<api::lambda::GetLayerVersionByArn>(core, get_layer_version_by_arn);
    registry.add<api::lambda::ListLayerVersions>(core, list_layer_versions);
    registry.add<api::lambda::ListLayers>(core, list_layers);
    registry.add<api::lambda::DeleteLayerVersion>(core, delete_layer_version);
    registry.add<api::lambda::AddLayerVersionPermission>(core, add_layer_version_permission);
    registry.add<api::lambda::RemoveLayerVersionPermission>(core, remove_layer_version_permission);
    registry.add<api::lambda::GetLayerVersionPolicy>(core, get_layer_version_policy);
    registry.add<api::lambda::CreateCodeSigningConfig>(core, create_code_signing_config);
    registry.add<api::lambda::GetCodeSigningConfig>(core, get_code_signing_config);
    registry.add<api::lambda::UpdateCodeSigningConfig>(core, update_code_signing_config);
    registry.add<api::lambda::DeleteCodeSigningConfig>(core, delete_code_signing_config);
    registry.add<api::lambda::ListCodeSigningConfigs>(core, list_code_signing_configs);
    registry.add<api::lambda::ListFunctionsByCodeSigningConfig>(core, list_functions_by_code_signing_config);
    registry.add<api::lambda::PutFunctionCodeSigningConfig>(core, put_function_code_signing_config);
    registry.add<api::lambda::GetFunctionCodeSigningConfig>(core, get_function_code_signing_config);
    registry.add<api::lambda::DeleteFunctionCodeSigningConfig>(core, delete_function_code_signing_config);
    registry.add<api::lambda::PutRuntimeManagementConfig>(core, put_runtime_management_config);
    registry.add<api::lambda::GetRuntimeManagementConfig>(core, get_runtime_management_config);
    registry.add<api::lambda::PutFunctionRecursionConfig>(core, put_function_recursion_config);
    registry.add<api::lambda::GetFunctionRecursionConfig>(core, get_function_recursion_config);
    registry.add<api::lambda::CreateEventSourceMapping>(core, create_event_source_mapping);
    registry.add<api::lambda::GetEventSourceMapping>(core, get_event_source_mapping);
    registry.add<api::lambda::ListEventSourceMappings>(core, list_event_source_mappings);
    registry.add<api::lambda::UpdateEventSourceMapping>(core, update_event_source_mapping);
    registry.add<api::lambda::DeleteEventSourceMapping>(core, delete_event_source_mapping);
}

ports::FunctionEvents& Service::function_events() {
    return impl_->event_port;
}

ports::ResourceProvider& Service::resource_provider() {
    return impl_->resources;
}

bool Service::answer_url(http::Request& request, http::Respond& respond) {
    if (auto address = find_url_address(request)) {
        impl_->urls.answer(std::move(*address), std::move(request), std::move(respond));
        return true;
    }
    auto package = find_package_link(request);
    if (!package) return false;
    impl_->core.code.read_package(
        std::move(*package),
        [request = std::move(request), respond = std::move(respond)](Result<std::string> bytes) mutable {
            respond(answer_package(request, std::move(bytes)));
        });
    return true;
}

void Service::shutdown(Task done) {
    impl_->mappings.clear();
    impl_->asynchronous.reset();
    impl_->invoker.end(std::move(done));
}

void Service::snapshot(std::string directory, files::SnapshotDone done) {
    impl_->code.snapshot(std::move(directory), std::move(done));
}

void Service::reset() {
    impl_->mappings.clear();
    impl_->asynchronous.reset();
    impl_->invoker.kill_all();
    impl_->functions.clear();
    impl_->layers.clear();
    impl_->code_signing.clear();
}

}  // namespace millrace::lambda
