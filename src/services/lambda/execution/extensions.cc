#include "services/lambda/execution/extensions.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "services/lambda/runtime_api/runtime_api.h"

namespace millrace::lambda {

namespace {

/// What AWS keeps from extensions: it is for runtimes.
constexpr std::array<std::string_view, 6> kRuntimesOwn{
    "_HANDLER=",           "AWS_EXECUTION_ENV=",          "AWS_LAMBDA_LOG_GROUP_NAME=",
    "LAMBDA_RUNTIME_DIR=", "AWS_LAMBDA_LOG_STREAM_NAME=", "LAMBDA_TASK_ROOT="};

std::vector<std::string> for_extensions(const std::vector<std::string>& environment) {
    std::vector<std::string> kept;
    std::ranges::copy_if(environment, std::back_inserter(kept), [](const std::string& variable) {
        return std::ranges::none_of(kRuntimesOwn, [&](auto name) { return variable.starts_with(name); });
    });
    return kept;
}

std::vector<std::filesystem::path> executables_in(const std::string& directory) {
    std::vector<std::filesystem::path> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        if (entry.is_regular_file(error) && ::access(entry.path().c_str(), X_OK) == 0)
            found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

struct Extensions::Extension final : ProcessEvents {
    Extension(Extensions& all, std::string its_name) : owner(all), name(std::move(its_name)) {}
    void on_output(std::string_view line) override { owner.owner_.extension_output(line); }
    void on_end(ProcessEnd end) override { owner.ended(*this, end); }

    Extensions& owner;
    const std::string name;
    std::unique_ptr<HostedProcess> process;  ///< of an external one
    std::string identifier;                  ///< empty until it has registered
    bool wants_invoke = false;
    bool wants_shutdown = false;
    bool told_to_end = false;
    http::Respond parked;  ///< asked for its next event

    void answer_for_good() {
        if (parked) std::exchange(parked, {})(runtime_error(500, "Shutdown", "Shutting down"));
    }
};

Extensions::Extensions(const Function& function, Executor& home, const Clock& clock, Random& random,
                       SandboxHost& host, ExtensionsOwner& owner)
    : function_(function), home_(home), clock_(clock), random_(random), host_(host), owner_(owner) {}

Extensions::~Extensions() {
    if (kill_timer_ != TimerId{}) home_.cancel(kill_timer_);
    for (const auto& extension : extensions_) extension->answer_for_good();
}

Result<> Extensions::start(const std::string& directory, ProcessSpec& runtime) {
    if (directory.empty()) return {};
    for (const auto& path : executables_in(directory + "/extensions")) {
        if (extensions_.size() == kExtensionsMax) {
            return millrace::fail(ErrorCode::kInvalidArgument,
                                  fmt::format("more than {} extensions", kExtensionsMax));
        }
        auto extension = std::make_unique<Extension>(*this, path.filename().string());
        auto process = host_.start({.program = path.string(),
                                    .arguments = {},
                                    .environment = for_extensions(runtime.environment),
                                    .directory = directory,
                                    .tmp = runtime.tmp},
                                   *extension);
        if (!process) return std::unexpected(process.error());
        extension->process = std::move(*process);
        if (runtime.tmp && !runtime.tmp->same_as) runtime.tmp->same_as = extension->process->tmp();
        extensions_.push_back(std::move(extension));
        ++running_;
    }
    return {};
}

bool Extensions::route(const http::Request& request, http::Respond& respond) {
    return route_extension_request(request, respond, *this);
}

bool Extensions::have_registered() const {
    return std::ranges::none_of(extensions_,
                                [](const auto& extension) { return extension->identifier.empty(); });
}

bool Extensions::ready() const {
    return std::ranges::all_of(extensions_, [](const auto& extension) { return bool{extension->parked}; });
}

std::vector<Extensions::Registered> Extensions::registered() const {
    std::vector<Registered> all;
    for (const auto& extension : extensions_) {
        all.push_back({.name = extension->name, .events = {}});
        if (extension->wants_invoke) all.back().events.push_back("INVOKE");
        if (extension->wants_shutdown) all.back().events.push_back("SHUTDOWN");
    }
    return all;
}

Extensions::Extension* Extensions::find(std::string_view identifier) {
    const auto found = std::ranges::find_if(
        extensions_, [&](const auto& extension) { return extension->identifier == identifier; });
    return found == extensions_.end() ? nullptr : found->get();
}

void Extensions::register_extension(Registration registration, http::Respond respond) {
    if (!open_ || !ending_.empty()) {
        return respond(
            runtime_error(403, "Extension.RegistrationClosed", "Extension registration closed already"));
    }
    const auto named = std::ranges::find_if(
        extensions_, [&](const auto& extension) { return extension->name == registration.name; });
    const bool internal = named == extensions_.end();
    if (!internal && !(*named)->identifier.empty())
        return respond(
            runtime_error(403, "Extension.AlreadyRegistered", "Extension with this name already registered"));
    if (internal && registration.wants_shutdown) {
        return respond(runtime_error(403, "ShutdownEventNotSupportedForInternalExtension",
                                     "Internal extensions cannot register for SHUTDOWN"));
    }
    if (internal && extensions_.size() == kExtensionsMax) {
        return respond(runtime_error(
            403, "Extension.TooManyExtensions",
            fmt::format("Extension limit ({}) reached: the extension is not registered", kExtensionsMax)));
    }
    if (internal) extensions_.push_back(std::make_unique<Extension>(*this, registration.name));
    Extension& extension = internal ? *extensions_.back() : **named;
    extension.identifier = make_uuid(random_);
    extension.wants_invoke = registration.wants_invoke;
    extension.wants_shutdown = registration.wants_shutdown;
    respond(registered_response(function_, extension.identifier, registration.wants_account));
    if (have_registered()) owner_.extensions_registered();
}

void Extensions::next_event(std::string_view identifier, http::Respond respond) {
    Extension* extension = find(identifier);
    if (extension == nullptr) {
        return respond(runtime_error(403, "Extension.UnknownExtensionIdentifier",
                                     fmt::format("Unknown extension {}", identifier)));
    }
    if (extension->parked) {
        return respond(runtime_error(403, "InvalidStateTransition", "State transition is not allowed"));
    }
    extension->parked = std::move(respond);
    if (!ending_.empty()) return deliver_shutdown(*extension);
    if (ready()) owner_.extensions_ready();
}

void Extensions::extension_error(std::string_view identifier, std::string_view error_type,
                                 http::Respond respond) {
    const Extension* extension = find(identifier);
    if (extension == nullptr) {
        return respond(runtime_error(403, "Extension.UnknownExtensionIdentifier",
                                     fmt::format("Unknown extension {}", identifier)));
    }
    respond(accepted_response());
    fail(error_type.empty() ? "Extension.Unknown" : std::string(error_type),
         fmt::format("the extension {} reported an error", extension->name));
}

void Extensions::subscribe(std::string_view identifier, std::string_view body, http::Respond respond) {
    const Extension* extension = find(identifier);
    if (extension == nullptr) {
        return respond(runtime_error(403, "Extension.UnknownExtensionIdentifier",
                                     fmt::format("Unknown extension {}", identifier)));
    }
    if (!open_) {
        return respond(
            runtime_error(403, "Telemetry.SubscriptionClosed", "Subscription is only possible during init"));
    }
    const auto subscription = read_subscription(body);
    if (!subscription) return respond(runtime_error(400, "ValidationError", subscription.error()));
    owner_.extension_subscribed(extension->name, *subscription);
    http::Response ok{.status = 200, .headers = {}, .body = "\"OK\""};
    ok.headers.add("Content-Type", "application/json");
    respond(std::move(ok));
}

void Extensions::invoke(const ExtensionInvoke& invocation) {
    for (const auto& extension : extensions_) {
        if (extension->wants_invoke && extension->parked)
            std::exchange(extension->parked, {})(invoke_event_response(invocation, make_uuid(random_)));
    }
}

void Extensions::deliver_shutdown(Extension& extension) {
    if (!extension.wants_shutdown || std::exchange(extension.told_to_end, true))
        return extension.answer_for_good();
    std::exchange(extension.parked, {})(shutdown_event_response(ending_, end_by_, make_uuid(random_)));
}

void Extensions::shut_down(std::string_view reason) {
    if (!ending_.empty()) return;
    ending_ = reason;
    end_by_ = clock_.now() + kExtensionShutdownMax;
    for (const auto& extension : extensions_) {
        if (!extension->process || !extension->wants_shutdown) {
            extension->answer_for_good();
            if (extension->process) extension->process->kill();
        } else if (extension->parked) {
            deliver_shutdown(*extension);
        }
    }
    if (running_ == 0) return;
    kill_timer_ = home_.run_at(clock_.monotonic() + kExtensionShutdownMax, [this] {
        kill_timer_ = {};
        for (const auto& extension : extensions_) {
            if (extension->process) extension->process->kill();
        }
    });
}

void Extensions::ended(Extension& extension, ProcessEnd end) {
    --running_;
    extension.answer_for_good();
    if (ending_.empty()) fail("Extension.Crash", fmt::format("{}: {}", extension.name, exit_words(end)));
    if (running_ == 0) owner_.extensions_gone();
}

void Extensions::fail(std::string type, std::string words) {
    if (std::exchange(failed_, true)) return;
    owner_.extension_failed({std::move(type), std::move(words)});
}

}  // namespace millrace::lambda
