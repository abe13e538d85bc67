#include "services/lambda/execution/launch_plan.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <unistd.h>

namespace millrace::lambda {

namespace {

constexpr std::array<std::string_view, 4> kRuntimes{"provided", "python3.", "nodejs", "java"};
/// Of the function's memory; the rest is for the virtual machine's own.
constexpr int kJavaHeapPercent = 75;

std::map<std::string, std::string> environment_of(const Function& function, const std::string& task_root,
                                                  const std::string& log_stream,
                                                  const LaunchSettings& settings) {
    std::map<std::string, std::string> variables{
        {"LANG", "C.UTF-8"},
        {"TZ", ":UTC"},
        {"PATH", settings.search_path},
        {"LD_LIBRARY_PATH", fmt::format("{0}:{0}/lib", task_root)},
        {"AWS_ENDPOINT_URL", settings.endpoint_url},
    };
    for (const auto& [name, value] : function.environment) variables[name] = value;
    // What the function may not change.
    const std::map<std::string, std::string> reserved{
        {"_HANDLER", function.handler},
        {"LAMBDA_TASK_ROOT", task_root},
        {"LAMBDA_RUNTIME_DIR", settings.runtime_directory},
        {"AWS_EXECUTION_ENV", fmt::format("AWS_Lambda_{}", function.runtime)},
        {"AWS_LAMBDA_FUNCTION_NAME", function.name},
        {"AWS_LAMBDA_FUNCTION_VERSION", std::string(kLatestVersion)},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", fmt::format("{}", function.memory_mb)},
        {"AWS_LAMBDA_LOG_GROUP_NAME", function.log_group},
        {"AWS_LAMBDA_LOG_STREAM_NAME", log_stream},
        {"AWS_LAMBDA_LOG_FORMAT", "Text"},
        {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
        {"AWS_REGION", function.scope.region},
        {"AWS_DEFAULT_REGION", function.scope.region},
        // The account is taken from the access key, so a function acts in its own.
        {"AWS_ACCESS_KEY_ID", function.scope.account},
        {"AWS_SECRET_ACCESS_KEY", "millrace"},
        {"AWS_SESSION_TOKEN", "millrace"},
    };
    for (const auto& [name, value] : reserved) variables[name] = value;
    return variables;
}

std::unexpected<RuntimeFailure> invalid(std::string words) {
    return std::unexpected(RuntimeFailure{"Runtime.InvalidEntrypoint", std::move(words)});
}

std::expected<void, RuntimeFailure> plan_own_bootstrap(ProcessSpec& spec) {
    spec.program = spec.directory + "/bootstrap";
    if (::access(spec.program.c_str(), F_OK) != 0)
        return invalid(fmt::format("Couldn't find valid bootstrap(s): [{}]", spec.program));
    if (::access(spec.program.c_str(), X_OK) != 0)
        return invalid(fmt::format(
            "fork/exec {}: permission denied (it is not executable: chmod +x, then pack it again)",
            spec.program));
    return {};
}

/// As a class of the package, or in one of its libraries.
bool brings_java_client(const std::filesystem::path& task_root) {
    std::error_code failed;
    if (std::filesystem::exists(
            task_root / "com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class", failed))
        return true;
    return std::ranges::any_of(
        std::filesystem::directory_iterator(task_root / "lib", failed),
        [](const std::filesystem::directory_entry& entry) {
            return entry.path().filename().string().starts_with("aws-lambda-java-runtime-interface-client");
        });
}

/// The class path is AWS's: the package, and the libraries in its folder "lib".
std::expected<void, RuntimeFailure> plan_java(ProcessSpec& spec, const Function& function) {
    if (!brings_java_client(spec.directory))
        return invalid(
            "Java functions run here with AWS's runtime interface client, which the package does not bring: "
            "add "
            "com.amazonaws:aws-lambda-java-runtime-interface-client to its dependencies");
    spec.arguments = {"-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      fmt::format("-Xmx{}m", function.memory_mb * kJavaHeapPercent / 100),
                      "-cp",
                      fmt::format("{0}:{0}/lib/*", spec.directory),
                      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                      function.handler};
    return {};
}

}  // namespace

bool is_offered_runtime(std::string_view runtime) {
    return std::ranges::any_of(kRuntimes, [&](std::string_view known) { return runtime.starts_with(known); });
}

std::expected<ProcessSpec, RuntimeFailure> plan_launch(const Function& function, const std::string& task_root,
                                                       const std::string& log_stream,
                                                       const Interpreter& interpreter,
                                                       const LaunchSettings& settings) {
    ProcessSpec spec{.program = interpreter.program, .directory = task_root};
    if (function.runtime.starts_with("python")) {
        spec.arguments = {settings.runtime_directory + "/python/bootstrap.py"};
    } else if (function.runtime.starts_with("nodejs")) {
        spec.arguments = {settings.runtime_directory + "/node/bootstrap.mjs"};
    } else {
        const auto planned =
            function.runtime.starts_with("java") ? plan_java(spec, function) : plan_own_bootstrap(spec);
        if (!planned) return std::unexpected(planned.error());
    }
    for (const auto& [name, value] : environment_of(function, task_root, log_stream, settings)) {
        spec.environment.push_back(fmt::format("{}={}", name, value));
    }
    return spec;
}

}  // namespace millrace::lambda
