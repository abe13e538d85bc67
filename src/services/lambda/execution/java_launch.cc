#include "services/lambda/execution/java_launch.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace millrace::lambda {
namespace {

/// Of the function's memory; the rest is for the virtual machine's own.
constexpr int kHeapPercent = 75;
constexpr const char* kClientClass = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
constexpr const char* kClientFile = "com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class";
constexpr std::string_view kClientLibrary = "aws-lambda-java-runtime-interface-client";

bool has_client_library(const std::filesystem::path& folder) {
    std::error_code failed;
    return std::ranges::any_of(std::filesystem::directory_iterator(folder, failed),
                               [](const std::filesystem::directory_entry& entry) {
                                   return entry.path().filename().string().starts_with(kClientLibrary);
                               });
}

}  // namespace

std::expected<std::vector<std::string>, RuntimeFailure> java_arguments(const Function& function,
                                                                       const PreparedCode& code) {
    const std::filesystem::path package = code.task_root;
    std::string class_path = fmt::format("{0}:{0}/lib/*", code.task_root);
    std::error_code failed;
    bool found =
        std::filesystem::exists(package / kClientFile, failed) || has_client_library(package / "lib");
    if (!code.layers_root.empty()) {
        class_path += fmt::format(":{}/java/lib/*", code.layers_root);
        found = found || has_client_library(std::filesystem::path(code.layers_root) / "java" / "lib");
    }
    if (!found) {
        return std::unexpected(
            RuntimeFailure{"Runtime.InvalidEntrypoint",
                           "Java functions run here with AWS's runtime interface client, which the package "
                           "does not bring: add "
                           "com.amazonaws:aws-lambda-java-runtime-interface-client to its dependencies"});
    }
    return std::vector<std::string>{"-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    fmt::format("-Xmx{}m", function.memory_mb * kHeapPercent / 100),
                                    "-cp",
                                    std::move(class_path),
                                    kClientClass,
                                    function.handler};
}

}  // namespace millrace::lambda
