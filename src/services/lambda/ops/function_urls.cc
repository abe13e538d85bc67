#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_url_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"
#include "services/lambda/urls/url_address.h"

namespace millrace::lambda {

namespace {

using api::lambda::FunctionUrlConfig;

constexpr std::size_t kPageMax = 50;

aws::ServiceError no_url() {
    return resource_not_found("The resource you requested does not exist.");
}

// The answers of three operations have the same members; a new URL's has no LastModifiedTime.
template <class Response>
Response answer_of(FunctionUrlConfig config) {
    Response response;
    response.function_url = std::move(config.function_url);
    response.function_arn = std::move(config.function_arn);
    response.auth_type = std::move(config.auth_type);
    response.invoke_mode = std::move(config.invoke_mode);
    response.cors = std::move(config.cors);
    response.creation_time = std::move(config.creation_time);
    if constexpr (requires { response.last_modified_time; })
        response.last_modified_time = std::move(config.last_modified_time);
    return response;
}

template <class Op>
void store(Core& core, const aws::RequestContext& context, const Target& target, FunctionUrl url,
           aws::Reply<Op> reply) {
    auto answer = answer_of<typename Op::Output>(describe(url, target.arn, context));
    core.records.urls.put(target.record_key(), std::move(url),
                          [answer = std::move(answer), reply = std::move(reply)](Result<> result) mutable {
                              if (!result)
                                  return reply(std::unexpected(aws::to_service_error(result.error())));
                              reply(std::move(answer));
                          });
}

}  // namespace

void create_function_url_config(Core& core, const aws::RequestContext& context,
                                api::lambda::CreateFunctionUrlConfigRequest input,
                                aws::Reply<api::lambda::CreateFunctionUrlConfig> reply) {
    auto target = find_url_target(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    if (core.records.urls.newest(target->record_key())) {
        return reply(std::unexpected(resource_conflict(
            fmt::format("Failed to create function url config for [functionArn = {}]. Error message:  "
                        "FunctionUrlConfig exists for this Lambda function",
                        target->arn))));
    }
    FunctionUrl url{.id = make_url_id(core.random),
                    .auth_type = std::move(input.auth_type),
                    .invoke_mode = std::move(input.invoke_mode).value_or("BUFFERED"),
                    .cors = {},
                    .created = core.clock.now(),
                    .last_modified = core.clock.now()};
    if (input.cors) url.cors = cors_of(*input.cors);
    store<api::lambda::CreateFunctionUrlConfig>(core, context, *target, std::move(url), std::move(reply));
}

void update_function_url_config(Core& core, const aws::RequestContext& context,
                                api::lambda::UpdateFunctionUrlConfigRequest input,
                                aws::Reply<api::lambda::UpdateFunctionUrlConfig> reply) {
    auto target = find_url_target(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto before = core.records.urls.newest(target->record_key());
    if (!before) return reply(std::unexpected(no_url()));
    FunctionUrl url = *before;
    if (input.auth_type) url.auth_type = std::move(*input.auth_type);
    if (input.invoke_mode) url.invoke_mode = std::move(*input.invoke_mode);
    if (input.cors) url.cors = cors_of(*input.cors);
    url.last_modified = core.clock.now();
    store<api::lambda::UpdateFunctionUrlConfig>(core, context, *target, std::move(url), std::move(reply));
}

void get_function_url_config(Core& core, const aws::RequestContext& context,
                             api::lambda::GetFunctionUrlConfigRequest input,
                             aws::Reply<api::lambda::GetFunctionUrlConfig> reply) {
    auto target = find_url_target(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto url = core.records.urls.find(target->record_key());
    if (!url) return reply(std::unexpected(no_url()));
    reply(answer_of<api::lambda::GetFunctionUrlConfigResponse>(describe(*url, target->arn, context)));
}

void delete_function_url_config(Core& core, const aws::RequestContext& context,
                                api::lambda::DeleteFunctionUrlConfigRequest input,
                                aws::Reply<api::lambda::DeleteFunctionUrlConfig> reply) {
    auto target = find_url_target(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const std::string key = target->record_key();
    if (!core.records.urls.newest(key)) return reply(std::unexpected(no_url()));
    core.records.urls.erase(key, [reply = std::move(reply)](Result<> result) mutable {
        if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
        reply(aws::Nothing{});
    });
}

void list_function_url_configs(Core& core, const aws::RequestContext& context,
                               api::lambda::ListFunctionUrlConfigsRequest input,
                               aws::Reply<api::lambda::ListFunctionUrlConfigs> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const std::string prefix = record_prefix(context.scope, (*function)->name);
    std::vector<FunctionUrlConfig> all;
    for (const auto& [key, url] : core.records.urls.list(prefix)) {
        const std::string qualifier = key.substr(prefix.size());
        std::string arn = (*function)->arn();
        if (qualifier != kLatestVersion) arn += ":" + qualifier;
        all.push_back(describe(*url, std::move(arn), context));
    }
    // In the order of their ARNs, which is the markers': the function's own comes first.
    std::ranges::sort(all, {}, &FunctionUrlConfig::function_arn);
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax,
                        [](const FunctionUrlConfig& item) { return item.function_arn; });
    reply(api::lambda::ListFunctionUrlConfigsResponse{.function_url_configs = std::move(page.items),
                                                      .next_marker = std::move(page.next_marker)});
}

}  // namespace millrace::lambda
