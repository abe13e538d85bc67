#include "services/lambda/ops/logging_config.h"

#include "services/lambda/errors.h"

namespace millrace::lambda {

namespace {

void set_level(std::string& level, const std::optional<std::string>& given) {
    if (given) level = *given;
    if (level.empty()) level = "INFO";
}

}  // namespace

aws::Outcome<void> apply_logging(Function& function, const api::lambda::LoggingConfig& given) {
    if (given.log_group) function.log_group = *given.log_group;
    if (given.log_format) function.json_logs = *given.log_format == "JSON";
    if (!function.json_logs) {
        if (given.application_log_level || given.system_log_level) {
            return std::unexpected(invalid_parameter(
                R"(LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your )"
                R"(request or change the LogFormat to "JSON" and try again.)"));
        }
        function.application_log_level.clear();
        function.system_log_level.clear();
        return {};
    }
    set_level(function.application_log_level, given.application_log_level);
    set_level(function.system_log_level, given.system_log_level);
    return {};
}

api::lambda::LoggingConfig describe_logging(const Function& function) {
    api::lambda::LoggingConfig config{.log_format = function.json_logs ? "JSON" : "Text"};
    config.log_group = function.log_group;
    if (function.json_logs) {
        config.application_log_level = function.application_log_level;
        config.system_log_level = function.system_log_level;
    }
    return config;
}

}  // namespace millrace::lambda
