#include "services/lambda/ops/event_invoke.h"

#include <fmt/format.h>

#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/given.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"

namespace millrace::lambda {

namespace {

using api::lambda::FunctionEventInvokeConfig;

constexpr std::size_t kPageMax = 50;

// AWS shows it with $LATEST when no qualifier was given.
std::string shown_arn(const Function& function, std::string_view qualifier) {
    return fmt::format("{}:{}", function.arn(), qualifier.empty() ? kLatestVersion : qualifier);
}

aws::ServiceError no_config(std::string_view arn) {
    return resource_not_found(fmt::format("The function {} doesn't have an EventInvokeConfig", arn));
}

FunctionEventInvokeConfig describe(const EventInvokeConfig& config, std::string arn) {
    FunctionEventInvokeConfig c;
    c.last_modified = config.last_modified;
    c.function_arn = std::move(arn);
    c.maximum_retry_attempts = config.retries_max;
    if (config.age_max) c.maximum_event_age_in_seconds = static_cast<std::int32_t>(config.age_max->count());
    auto& destinations = c.destination_config.emplace();
    auto& success = destinations.on_success.emplace();
    auto& failure = destinations.on_failure.emplace();
    if (!config.on_success.empty()) success.destination = config.on_success;
    if (!config.on_failure.empty()) failure.destination = config.on_failure;
    return c;
}

aws::Outcome<void> check_function(const Core& core, const Target& target, const std::string& arn) {
    const aws::Scope scope{.account = std::string(arn_part(arn, 4)), .region = std::string(arn_part(arn, 3))};
    const std::string name(arn_part(arn, 6));
    if (scope == target.function->scope && name == target.function->name) {
        return std::unexpected(
            invalid_parameter("You can't specify the function as a destination for itself."));
    }
    if (!core.functions.find(scope, name, std::string(arn_part(arn, 7)))) {
        return std::unexpected(invalid_parameter(fmt::format("The destination ARN {} is invalid.", arn)));
    }
    return {};
}

aws::Outcome<void> check_destination(const Core& core, const Target& target, const std::string& arn) {
    const std::string_view service = arn_part(arn, 2);
    if (service == "lambda") return check_function(core, target, arn);
    for (const auto& [kind, name] : {std::pair{"sns", "SNS"}, {"events", "EventBridge"}, {"s3", "S3"}}) {
        if (service == kind) return std::unexpected(not_offered(fmt::format("A destination in {}", name)));
    }
    if (service != "sqs" || arn.ends_with(".fifo")) {
        return std::unexpected(invalid_parameter(fmt::format("The destination ARN {} is invalid.", arn)));
    }
    if (!core.queues.find(arn)) {
        return std::unexpected(invalid_parameter(
            fmt::format("The destination ARN {} is invalid: there is no such queue.", arn)));
    }
    return {};
}

aws::Outcome<void> apply_destination(const Core& core, const Target& target, std::string& destination,
                                     const std::optional<std::string>& given) {
    destination = given.value_or("");
    return destination.empty() ? aws::Outcome<void>() : check_destination(core, target, destination);
}

/// In the words of those that need no config to be there.
aws::Outcome<Target> find_configured(const Core& core, const aws::Scope& scope, const std::string& function,
                                     const std::optional<std::string>& qualifier) {
    auto target = find_target(core, scope, function, qualifier.value_or(""));
    if (!target && target.error().code == "ResourceNotFoundException")
        return std::unexpected(resource_not_found("The function doesn't exist."));
    return target;
}

/// In the words of those that do.
aws::Outcome<Target> find_with_config(const Core& core, const aws::Scope& scope, const std::string& function,
                                      const std::optional<std::string>& qualifier) {
    auto target = find_target(core, scope, function, qualifier.value_or(""));
    const auto reference = resolve_function_name(scope, function, qualifier.value_or(""));
    if (target || !reference || target.error().code != "ResourceNotFoundException") return target;
    const std::string_view shown = reference->qualifier.empty() ? kLatestVersion : reference->qualifier;
    return std::unexpected(no_config(fmt::format("{}:{}", function_arn(scope, reference->name), shown)));
}

api::lambda::PutFunctionEventInvokeConfigRequest as_put(
    api::lambda::UpdateFunctionEventInvokeConfigRequest input) {
    api::lambda::PutFunctionEventInvokeConfigRequest put;
    put.function_name = std::move(input.function_name);
    put.qualifier = std::move(input.qualifier);
    put.maximum_retry_attempts = input.maximum_retry_attempts;
    put.maximum_event_age_in_seconds = input.maximum_event_age_in_seconds;
    put.destination_config = std::move(input.destination_config);
    return put;
}

}  // namespace

aws::Outcome<void> apply(const Core& core, const Target& target, EventInvokeConfig& config,
                         const api::lambda::PutFunctionEventInvokeConfigRequest& r) {
    if (!r.maximum_retry_attempts && !r.maximum_event_age_in_seconds && !r.destination_config) {
        return std::unexpected(
            invalid_parameter("You must specify at least one of error handling or destination setting."));
    }
    if (r.maximum_retry_attempts) config.retries_max = r.maximum_retry_attempts;
    if (r.maximum_event_age_in_seconds) config.age_max = Seconds{*r.maximum_event_age_in_seconds};
    if (!r.destination_config) return {};
    if (r.destination_config->on_success) {
        auto applied =
            apply_destination(core, target, config.on_success, r.destination_config->on_success->destination);
        if (!applied) return applied;
    }
    if (!r.destination_config->on_failure) return {};
    return apply_destination(core, target, config.on_failure, r.destination_config->on_failure->destination);
}

void store_event_invoke(Core& core, const Target& target, EventInvokeConfig config,
                        std::move_only_function<void(aws::Outcome<FunctionEventInvokeConfig>)> done) {
    config.last_modified = core.clock.now();
    auto answer = describe(config, shown_arn(*target.function, target.reference.qualifier));
    core.records.event_invoke.put(
        target.record_key(), std::move(config),
        [answer = std::move(answer), done = std::move(done)](Result<> result) mutable {
            if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
            done(std::move(answer));
        });
}

void put_function_event_invoke_config(Core& core, const aws::RequestContext& context,
                                      api::lambda::PutFunctionEventInvokeConfigRequest input,
                                      aws::Reply<api::lambda::PutFunctionEventInvokeConfig> reply) {
    auto target = find_configured(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    EventInvokeConfig config;
    if (auto applied = apply(core, *target, config, input); !applied)
        return reply(std::unexpected(std::move(applied.error())));
    store_event_invoke(core, *target, std::move(config), std::move(reply));
}

void update_function_event_invoke_config(Core& core, const aws::RequestContext& context,
                                         api::lambda::UpdateFunctionEventInvokeConfigRequest input,
                                         aws::Reply<api::lambda::UpdateFunctionEventInvokeConfig> reply) {
    auto target = find_configured(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto before = core.records.event_invoke.newest(target->record_key());
    if (!before)
        return reply(std::unexpected(no_config(shown_arn(*target->function, target->reference.qualifier))));
    EventInvokeConfig config = *before;
    if (auto applied = apply(core, *target, config, as_put(std::move(input))); !applied)
        return reply(std::unexpected(std::move(applied.error())));
    store_event_invoke(core, *target, std::move(config), std::move(reply));
}

void get_function_event_invoke_config(Core& core, const aws::RequestContext& context,
                                      api::lambda::GetFunctionEventInvokeConfigRequest input,
                                      aws::Reply<api::lambda::GetFunctionEventInvokeConfig> reply) {
    auto target = find_with_config(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto config = core.records.event_invoke.find(target->record_key());
    std::string arn = shown_arn(*target->function, target->reference.qualifier);
    if (!config) return reply(std::unexpected(no_config(arn)));
    reply(describe(*config, std::move(arn)));
}

void delete_function_event_invoke_config(Core& core, const aws::RequestContext& context,
                                         api::lambda::DeleteFunctionEventInvokeConfigRequest input,
                                         aws::Reply<api::lambda::DeleteFunctionEventInvokeConfig> reply) {
    auto target = find_with_config(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const std::string key = target->record_key();
    if (!core.records.event_invoke.newest(key)) {
        return reply(std::unexpected(no_config(shown_arn(*target->function, target->reference.qualifier))));
    }
    core.records.event_invoke.erase(key, [reply = std::move(reply)](Result<> result) mutable {
        if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
        reply(aws::Nothing{});
    });
}

void list_function_event_invoke_configs(Core& core, const aws::RequestContext& context,
                                        api::lambda::ListFunctionEventInvokeConfigsRequest input,
                                        aws::Reply<api::lambda::ListFunctionEventInvokeConfigs> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function && function.error().code == "ResourceNotFoundException")
        return reply(std::unexpected(resource_not_found("The function doesn't exist.")));
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const std::string prefix = record_prefix(context.scope, (*function)->name);
    std::vector<FunctionEventInvokeConfig> all;
    for (const auto& [key, config] : core.records.event_invoke.list(prefix))
        all.push_back(describe(*config, shown_arn(**function, key.substr(prefix.size()))));
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax,
                        [](const FunctionEventInvokeConfig& item) { return item.function_arn.value_or(""); });
    reply(api::lambda::ListFunctionEventInvokeConfigsResponse{
        .function_event_invoke_configs = std::move(page.items), .next_marker = std::move(page.next_marker)});
}

}  // namespace millrace::lambda
