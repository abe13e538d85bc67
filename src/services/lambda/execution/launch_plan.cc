#include "services/lambda/execution/launch_plan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <ranges>
#include <unistd.h>
#include <utility>
#include <vector>

#include "services/lambda/execution/java_launch.h"
#include "services/lambda/execution/tmp_plan.h"

namespace millrace::lambda {

namespace {

constexpr std::array<std::string_view, 5> kRuntimes{"provided", "python3.", "nodejs", "java", "ruby"};

// Where AWS's runtimes look into the layers.
void add_layer_paths(const Function& function, const std::string& layers,
                     std::map<std::string, std::string>& variables) {
    variables["PATH"] = fmt::format("{}/bin:{}", layers, variables["PATH"]);
    variables["LD_LIBRARY_PATH"] += fmt::format(":{}/lib", layers);
    if (function.runtime.starts_with("python")) {
        variables["PYTHONPATH"] =
            fmt::format("{0}/python/lib/{1}/site-packages:{0}/python", layers, function.runtime);
    } else if (function.runtime.starts_with("nodejs")) {
        const std::string_view version =
            std::string_view(function.runtime).substr(0, function.runtime.find('.'));
        variables["NODE_PATH"] = fmt::format("{0}/nodejs/node{1}/node_modules:{0}/nodejs/node_modules",
                                             layers, version.substr(std::string_view("nodejs").size()));
    } else if (function.runtime.starts_with("ruby")) {
        variables["MILLRACE_LAYERS_ROOT"] = layers;  // its bootstrap adds what lies there to what Ruby finds
    }
}

std::map<std::string, std::string> environment_of(const Function& function, const Launch& launch,
                                                  const LaunchSettings& settings) {
    const std::string& task_root = launch.code.task_root;
    std::map<std::string, std::string> variables{
        {"LANG", "C.UTF-8"},
        {"TZ", ":UTC"},
        {"PATH", settings.search_path},
        {"LD_LIBRARY_PATH", fmt::format("{0}:{0}/lib", task_root)},
        {"AWS_ENDPOINT_URL", settings.endpoint_url},
    };
    if (!launch.code.layers_root.empty()) add_layer_paths(function, launch.code.layers_root, variables);
    const std::string python_path =
        variables.contains("PYTHONPATH") ? variables["PYTHONPATH"] : std::string();
    for (const auto& [name, value] : function.environment) variables[name] = value;
    // As on AWS, where a PYTHONPATH of the function's own does not hide its layers.
    if (!python_path.empty() && function.environment.contains("PYTHONPATH"))
        variables["PYTHONPATH"] += ":" + python_path;
    // What the function may not change.
    const std::map<std::string, std::string> reserved{
        {"_HANDLER", function.handler},
        {"LAMBDA_TASK_ROOT", task_root},
        {"LAMBDA_RUNTIME_DIR", settings.runtime_directory},
        {"AWS_LAMBDA_FUNCTION_NAME", function.name},
        {"AWS_LAMBDA_FUNCTION_VERSION", function.version},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", fmt::format("{}", function.memory_mb)},
        {"AWS_LAMBDA_LOG_GROUP_NAME", function.log_group},
        {"AWS_LAMBDA_LOG_STREAM_NAME", launch.log_stream},
        {"AWS_LAMBDA_LOG_FORMAT", function.json_logs ? "JSON" : "Text"},
        {"AWS_LAMBDA_INITIALIZATION_TYPE", launch.provisioned ? "provisioned-concurrency" : "on-demand"},
        {"AWS_REGION", function.scope.region},
        {"AWS_DEFAULT_REGION", function.scope.region},
        // The account is taken from the access key, so a function acts in its own.
        {"AWS_ACCESS_KEY_ID", function.scope.account},
        {"AWS_SECRET_ACCESS_KEY", "millrace"},
        {"AWS_SESSION_TOKEN", "millrace"},
    };
    for (const auto& [name, value] : reserved) variables[name] = value;
    if (!function.runtime.starts_with("provided"))
        variables["AWS_EXECUTION_ENV"] = fmt::format("AWS_Lambda_{}", function.runtime);
    if (function.json_logs) variables["AWS_LAMBDA_LOG_LEVEL"] = function.application_log_level;
    return variables;
}

// In the package, else in the layers.
std::expected<std::string, RuntimeFailure> find_bootstrap(const PreparedCode& code) {
    const auto invalid = [](std::string words) {
        return std::unexpected(RuntimeFailure{"Runtime.InvalidEntrypoint", std::move(words)});
    };
    std::vector<std::string> candidates{code.task_root + "/bootstrap"};
    if (!code.layers_root.empty()) candidates.push_back(code.layers_root + "/bootstrap");
    for (std::string& path : candidates) {
        if (::access(path.c_str(), F_OK) != 0) continue;
        if (::access(path.c_str(), X_OK) == 0) return std::move(path);
        return invalid(
            fmt::format("fork/exec {}: permission denied (it is not executable: chmod +x, then "
                        "pack it again)",
                        path));
    }
    return invalid(fmt::format("Couldn't find valid bootstrap(s): [{}]", fmt::join(candidates, " ")));
}

/// "/tmp/venv/bin/python" of a script that begins with "#!/tmp/venv/bin/python -u"; empty for other programs.
std::string interpreter_named_in(const std::string& program) {
    std::string line;
    std::ifstream file(program);
    if (!file || file.get() != '#' || file.get() != '!' || !std::getline(file >> std::ws, line)) return {};
    return line.substr(0, line.find_first_of(" \t\r"));
}

/// AWS_LAMBDA_EXEC_WRAPPER: a program that starts the runtime, whose command it is given. Where AWS has the
/// package and the layers, they are found here, too.
std::expected<void, RuntimeFailure> wrap(const Function& function, const PreparedCode& code,
                                         ProcessSpec& spec) {
    const auto named = function.environment.find("AWS_LAMBDA_EXEC_WRAPPER");
    if (named == function.environment.end() || named->second.empty()) return {};
    std::string path = named->second;
    for (const auto& [there, here] : {std::pair{std::string_view("/var/task/"), code.task_root},
                                      {std::string_view("/opt/"), code.layers_root}}) {
        if (path.starts_with(there) && !here.empty()) path.replace(0, there.size() - 1, here);
    }
    if (::access(path.c_str(), X_OK) != 0)
        return std::unexpected(
            RuntimeFailure{"Runtime.ExitError", "Runtime exited with error: exit status 127"});
    spec.arguments.insert(spec.arguments.begin(), std::exchange(spec.program, std::move(path)));
    return {};
}

}  // namespace

bool is_offered_runtime(std::string_view runtime) {
    return std::ranges::any_of(kRuntimes, [&](std::string_view known) { return runtime.starts_with(known); });
}

std::expected<ProcessSpec, RuntimeFailure> plan_launch(const Function& function, const Launch& launch,
                                                       const Interpreter& interpreter,
                                                       const LaunchSettings& settings) {
    ProcessSpec spec{.program = interpreter.program, .directory = launch.code.task_root};
    if (function.runtime.starts_with("python")) {
        if (launch.debug_port != 0) {
            spec.arguments = {"-Xfrozen_modules=off", "-m", "debugpy", "--listen",
                              fmt::format("127.0.0.1:{}", launch.debug_port)};
        }
        spec.arguments.push_back(settings.runtime_directory + "/python/bootstrap.py");
    } else if (function.runtime.starts_with("nodejs")) {
        if (launch.debug_port != 0)
            spec.arguments = {fmt::format("--inspect=127.0.0.1:{}", launch.debug_port)};
        spec.arguments.push_back(settings.runtime_directory + "/node/bootstrap.mjs");
    } else if (function.runtime.starts_with("ruby")) {
        spec.arguments.push_back(settings.runtime_directory + "/ruby/bootstrap.rb");
    } else if (function.runtime.starts_with("java")) {
        auto arguments = java_arguments(function, launch.code);
        if (!arguments) return std::unexpected(std::move(arguments.error()));
        spec.arguments = std::move(*arguments);
    } else {
        auto bootstrap = find_bootstrap(launch.code);
        if (!bootstrap) return std::unexpected(std::move(bootstrap.error()));
        spec.program = std::move(*bootstrap);
    }
    if (!function.runtime.starts_with("provided")) {
        if (auto wrapped = wrap(function, launch.code, spec); !wrapped)
            return std::unexpected(std::move(wrapped.error()));
    }
    for (const auto& [name, value] : environment_of(function, launch, settings)) {
        spec.environment.push_back(fmt::format("{}={}", name, value));
    }
    if (settings.private_tmp) {
        std::vector<std::string> needed{interpreter.program, spec.program, interpreter_named_in(spec.program),
                                        launch.code.layers_root, settings.runtime_directory};
        for (const auto path : std::views::split(settings.search_path, ':'))
            needed.emplace_back(path.begin(), path.end());
        spec.tmp = plan_tmp(function, launch.code.task_root, needed);
    }
    return spec;
}

}  // namespace millrace::lambda
