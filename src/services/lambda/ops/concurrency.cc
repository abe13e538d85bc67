#include "services/lambda/ops/concurrency.h"

#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/provisioning.h"

namespace millrace::lambda {

namespace {

std::string key_of(const Function& function) {
    return record_key(function.scope, function.name, kLatestVersion);
}

}  // namespace

std::int64_t unreserved_concurrency(const Core& core, const aws::Scope& scope, std::string_view but) {
    std::int64_t unreserved = kAccountConcurrency;
    const std::string left_out = record_key(scope, but, kLatestVersion);
    for (const auto& [key, reserved] :
         core.records.reserved.list(fmt::format("{}/{}/", scope.account, scope.region))) {
        if (key != left_out) unreserved -= static_cast<std::int64_t>(reserved->executions);
    }
    return unreserved;
}

aws::Outcome<void> check_reserved(const Core& core, const Function& function, std::int64_t wanted) {
    if (unreserved_concurrency(core, function.scope, function.name) - wanted < kUnreservedConcurrencyMin) {
        return std::unexpected(invalid_parameter(
            fmt::format("Specified ReservedConcurrentExecutions for function decreases account's "
                        "UnreservedConcurrentExecution below its minimum value of [{}].",
                        kUnreservedConcurrencyMin)));
    }
    const std::size_t provisioned = provisioned_in_all(core, function.scope, function.name);
    if (wanted < static_cast<std::int64_t>(provisioned)) {
        return std::unexpected(invalid_parameter(fmt::format(
            " ReservedConcurrentExecutions  {} should not be lower than function's total provisioned "
            "concurrency [{}].",
            wanted, provisioned)));
    }
    return {};
}

void store_reserved(Core& core, const FunctionPtr& function, std::optional<std::int64_t> wanted,
                    std::move_only_function<void(aws::Outcome<void>)> done) {
    auto stored = [&core, function, done = std::move(done)](Result<> result) mutable {
        if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
        core.asynchronous.retry_now(function->scope, function->name);
        core.mappings.function_changed(function->scope, function->name);
        done({});
    };
    if (!wanted) return core.records.reserved.erase(key_of(*function), std::move(stored));
    core.records.reserved.put(key_of(*function), {.executions = static_cast<std::size_t>(*wanted)},
                              std::move(stored));
}

void put_function_concurrency(Core& core, const aws::RequestContext& context,
                              api::lambda::PutFunctionConcurrencyRequest input,
                              aws::Reply<api::lambda::PutFunctionConcurrency> reply) {
    const auto named = resolve_function_name(context.scope, input.function_name);
    if (named && !named->qualifier.empty()) return reply(std::unexpected(only_on_functions()));
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const std::int32_t wanted = input.reserved_concurrent_executions;
    if (auto checked = check_reserved(core, **function, wanted); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    store_reserved(core, *function, wanted,
                   [wanted, reply = std::move(reply)](aws::Outcome<void> stored) mutable {
                       if (!stored) return reply(std::unexpected(std::move(stored.error())));
                       reply(api::lambda::Concurrency{.reserved_concurrent_executions = wanted});
                   });
}

void get_function_concurrency(Core& core, const aws::RequestContext& context,
                              api::lambda::GetFunctionConcurrencyRequest input,
                              aws::Reply<api::lambda::GetFunctionConcurrency> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    api::lambda::GetFunctionConcurrencyResponse output;
    if (const auto reserved = core.records.reserved.find(key_of(**function)))
        output.reserved_concurrent_executions = static_cast<std::int32_t>(reserved->executions);
    reply(output);
}

void delete_function_concurrency(Core& core, const aws::RequestContext& context,
                                 api::lambda::DeleteFunctionConcurrencyRequest input,
                                 aws::Reply<api::lambda::DeleteFunctionConcurrency> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    store_reserved(core, *function, std::nullopt,
                   [reply = std::move(reply)](aws::Outcome<void> stored) mutable {
                       if (!stored) return reply(std::unexpected(std::move(stored.error())));
                       reply(aws::Nothing{});
                   });
}

}  // namespace millrace::lambda
