#include "services/lambda/service.h"

#include <filesystem>

#include "base/log.h"
#include "services/lambda/core.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/lambda_resources.h"
#include "services/lambda/runtimes/resources.h"

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
          code(d.files, d.data_directory, d.home, d.background),
          interpreters(d.search_path, d.home, d.background),
          invoker({.home = d.home,
                   .clock = d.clock,
                   .random = d.random,
                   .logs = d.log_sink,
                   .host = d.host,
                   .settings = {.runtime_directory = runtime_directory_below(d.data_directory),
                                .endpoint_url = d.endpoint_url,
                                .search_path = d.search_path}},
                  code, interpreters, d.limits),
          asynchronous(
              d.home, d.clock, d.logs, d.catalog,
              [this](const AsyncEvent& event, Invocation invocation) {
                  run(event.scope, event.function, std::move(invocation));
              },
              d.times),
          mappings({.home = d.home,
                    .clock = d.clock,
                    .random = d.random,
                    .catalog = d.catalog,
                    .records = d.records,
                    .queues = d.queues,
                    .invoke = [this](const aws::Scope& scope, const std::string& function,
                                     Invocation invocation) { run(scope, function, std::move(invocation)); },
                    .role_of =
                        [this](const aws::Scope& scope, const std::string& name) {
                            const FunctionPtr function = functions.find(scope, name);
                            return function ? function->role : std::string();
                        },
                    .timeout_of =
                        [this](const aws::Scope& scope, const std::string& name) {
                            const FunctionPtr function = functions.find(scope, name);
                            return function ? Seconds{function->timeout_seconds} : Seconds{0};
                        },
                    .concurrency_max = d.limits.sandboxes_per_function_max}) {}

    void run(const aws::Scope& scope, const std::string& name, Invocation invocation) {
        const FunctionPtr function = functions.find(scope, name);
        if (!function) return invocation.done(refused(function_not_found(scope, name)));
        invoker.invoke(function, std::move(invocation));
    }

    Result<> load() {
        if (Result<> opened = code.open(); !opened) return opened;
        if (Result<> written = write_runtime_resources(d.files, runtime_directory_below(d.data_directory));
            !written) {
            return written;
        }
        if (Result<> loaded = functions.load(); !loaded) return loaded;
        if (Result<> loaded = mappings.load(); !loaded) return loaded;
        std::set<std::string> used;
        for (const FunctionPtr& function : functions.all()) used.insert(function->code.sha256);
        code.keep_only(std::move(used));
        return {};
    }

    template <class Op>
    void add(aws::Registry& registry, Operation<Op>& operation) {
        registry.add<Op>([this, &operation](const aws::RequestContext& context, typename Op::Input input,
                                            aws::Reply<Op> reply) {
            operation(core, context, std::move(input), std::move(reply));
        });
    }

    Dependencies d;
    Functions functions;
    CodeStore code;
    Interpreters interpreters;
    Invoker invoker;
    AsyncInvocations asynchronous;
    Mappings mappings;
    Core core{d.home, d.clock, d.random, functions, code, invoker, asynchronous, mappings, d.queues};
    LambdaResources resources{core};
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
    impl_->asynchronous.start();
    impl_->mappings.start();
}

void Service::register_operations(aws::Registry& registry) {
    Impl& impl = *impl_;
    impl.add<api::lambda::CreateFunction>(registry, create_function);
    impl.add<api::lambda::GetFunction>(registry, get_function);
    impl.add<api::lambda::GetFunctionConfiguration>(registry, get_function_configuration);
    impl.add<api::lambda::ListFunctions>(registry, list_functions);
    impl.add<api::lambda::ListVersionsByFunction>(registry, list_versions_by_function);
    impl.add<api::lambda::DeleteFunction>(registry, delete_function);
    impl.add<api::lambda::UpdateFunctionCode>(registry, update_function_code);
    impl.add<api::lambda::UpdateFunctionConfiguration>(registry, update_function_configuration);
    impl.add<api::lambda::Invoke>(registry, invoke);
    impl.add<api::lambda::ListTags>(registry, list_tags);
    impl.add<api::lambda::TagResource>(registry, tag_resource);
    impl.add<api::lambda::UntagResource>(registry, untag_resource);
    impl.add<api::lambda::CreateEventSourceMapping>(registry, create_event_source_mapping);
    impl.add<api::lambda::GetEventSourceMapping>(registry, get_event_source_mapping);
    impl.add<api::lambda::ListEventSourceMappings>(registry, list_event_source_mappings);
    impl.add<api::lambda::UpdateEventSourceMapping>(registry, update_event_source_mapping);
    impl.add<api::lambda::DeleteEventSourceMapping>(registry, delete_event_source_mapping);
}

ports::ResourceProvider& Service::resource_provider() {
    return impl_->resources;
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
}

}  // namespace millrace::lambda
