#include "services/lambda/ops/provisioned_concurrency.h"

#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/concurrency.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"
#include "services/lambda/ops/provisioning.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPageMax = 50;

// A version that an alias with provisioned concurrency points to has none of its own, and the other way
// round.
std::optional<std::string> find_rival(const Core& core, const Target& target) {
    const Function& version = *target.function;
    const std::string prefix = record_prefix(version.scope, version.name);
    for (const auto& [key, config] : core.records.provisioned.list(prefix)) {
        const std::string qualifier = key.substr(prefix.size());
        if (qualifier == target.reference.qualifier) continue;
        const FunctionPtr other = core.functions.find(version.scope, version.name, qualifier);
        if (!other || other->version != version.version) continue;
        const bool is_alias = target.reference.qualifier != version.version;
        return is_alias ? "Alias can't be used for Provisioned Concurrency configuration on an already "
                          "Provisioned "
                          "version"
                        : "Version is pointed by a Provisioned Concurrency alias";
    }
    return std::nullopt;
}

std::size_t own(const Core& core, const Target& target) {
    const auto config = core.records.provisioned.find(target.record_key());
    return config ? config->executions : 0;
}

// Processes that all functions of this server, of whatever account, have ready ahead.
std::size_t provisioned_here(const Core& core) {
    std::size_t sum = 0;
    for (const auto& [key, config] : core.records.provisioned.list()) sum += config->executions;
    return sum;
}

template <class Output>
void describe(const Core& core, const Function& version, const ProvisionedConcurrency& config,
              Output& output) {
    const Invoker::Provisioned now = core.invoker.provisioned(version);
    const auto ready = static_cast<std::int32_t>(std::min(now.ready, config.executions));
    output.requested_provisioned_concurrent_executions = static_cast<std::int32_t>(config.executions);
    output.allocated_provisioned_concurrent_executions = ready;
    output.available_provisioned_concurrent_executions = ready;
    output.status = now.ready >= config.executions ? "READY" : now.failure.empty() ? "IN_PROGRESS" : "FAILED";
    if (output.status == "FAILED") output.status_reason = now.failure;
    output.last_modified = lambda_time(config.last_modified);
}

/// What is published; $LATEST is not.
aws::Outcome<Target> find_published(const Core& core, const aws::Scope& scope, const std::string& function,
                                    const std::string& qualifier) {
    if (qualifier == kLatestVersion) {
        return std::unexpected(
            invalid_parameter("The function resource provided must be an alias or a published version."));
    }
    return find_qualified_target(core, scope, function, qualifier);
}

}  // namespace

aws::Outcome<void> check_provisioned(const Core& core, const Target& target, std::int64_t wanted) {
    const Function& version = *target.function;
    if (version.is_latest()) {
        return std::unexpected(invalid_parameter(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."));
    }
    if (auto rival = find_rival(core, target)) return std::unexpected(resource_conflict(std::move(*rival)));
    const auto in_all =
        static_cast<std::int64_t>(provisioned_in_all(core, version.scope, version.name) - own(core, target)) +
        wanted;
    const auto reserved = core.records.reserved.find(record_key(version.scope, version.name, kLatestVersion));
    if (reserved && in_all > static_cast<std::int64_t>(reserved->executions)) {
        return std::unexpected(
            invalid_parameter("Requested Provisioned Concurrency should not be greater than the "
                              "reservedConcurrentExecution for "
                              "function"));
    }
    const auto here = static_cast<std::int64_t>(provisioned_here(core) - own(core, target)) + wanted;
    if (here > static_cast<std::int64_t>(core.invoker.sandboxes_max())) {
        return std::unexpected(invalid_parameter(fmt::format(
            "Millrace runs at most {} processes; with this Provisioned Concurrency it would keep {} "
            "ready.",
            core.invoker.sandboxes_max(), here)));
    }
    return {};
}

void store_provisioned(Core& core, const Target& target, std::int64_t wanted,
                       std::move_only_function<void(aws::Outcome<void>)> done) {
    auto stored = [&core, function = target.function, done = std::move(done)](Result<> result) mutable {
        if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
        apply_provisioning(core, function->scope, function->name);
        done({});
    };
    if (wanted == 0) return core.records.provisioned.erase(target.record_key(), std::move(stored));
    core.records.provisioned.put(
        target.record_key(),
        {.executions = static_cast<std::size_t>(wanted), .last_modified = core.clock.now()},
        std::move(stored));
}

void put_provisioned_concurrency_config(Core& core, const aws::RequestContext& context,
                                        api::lambda::PutProvisionedConcurrencyConfigRequest input,
                                        aws::Reply<api::lambda::PutProvisionedConcurrencyConfig> reply) {
    auto target = find_qualified_target(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const std::int32_t wanted = input.provisioned_concurrent_executions;
    if (auto checked = check_provisioned(core, *target, wanted); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    store_provisioned(core, *target, wanted,
                      [&core, version = target->function, key = target->record_key(),
                       reply = std::move(reply)](aws::Outcome<void> stored) mutable {
                          if (!stored) return reply(std::unexpected(std::move(stored.error())));
                          api::lambda::PutProvisionedConcurrencyConfigResponse output;
                          if (const auto config = core.records.provisioned.find(key))
                              describe(core, *version, *config, output);
                          reply(std::move(output));
                      });
}

void get_provisioned_concurrency_config(Core& core, const aws::RequestContext& context,
                                        api::lambda::GetProvisionedConcurrencyConfigRequest input,
                                        aws::Reply<api::lambda::GetProvisionedConcurrencyConfig> reply) {
    auto target = find_published(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    const auto config = core.records.provisioned.find(target->record_key());
    if (!config) {
        return reply(std::unexpected(api::lambda::provisioned_concurrency_config_not_found_exception(
            "No Provisioned Concurrency Config found for this function")));
    }
    api::lambda::GetProvisionedConcurrencyConfigResponse output;
    describe(core, *target->function, *config, output);
    reply(std::move(output));
}

void delete_provisioned_concurrency_config(
    Core& core, const aws::RequestContext& context,
    api::lambda::DeleteProvisionedConcurrencyConfigRequest input,
    aws::Reply<api::lambda::DeleteProvisionedConcurrencyConfig> reply) {
    auto target = find_published(core, context.scope, input.function_name, input.qualifier);
    if (!target) return reply(std::unexpected(std::move(target.error())));
    store_provisioned(core, *target, 0, [reply = std::move(reply)](aws::Outcome<void> stored) mutable {
        if (!stored) return reply(std::unexpected(std::move(stored.error())));
        reply(aws::Nothing{});
    });
}

void list_provisioned_concurrency_configs(Core& core, const aws::RequestContext& context,
                                          api::lambda::ListProvisionedConcurrencyConfigsRequest input,
                                          aws::Reply<api::lambda::ListProvisionedConcurrencyConfigs> reply) {
    auto function = find_function(core, context.scope, input.function_name);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    const std::string& name = (*function)->name;
    const std::string prefix = record_prefix(context.scope, name);
    std::vector<api::lambda::ProvisionedConcurrencyConfigListItem> all;
    for (const auto& [key, config] : core.records.provisioned.list(prefix)) {
        const std::string qualifier = key.substr(prefix.size());
        const FunctionPtr version = core.functions.find(context.scope, name, qualifier);
        if (!version) continue;
        describe(core, *version, *config, all.emplace_back());
        all.back().function_arn = fmt::format("{}:{}", (*function)->arn(), qualifier);
    }
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax,
                        [](const auto& item) { return item.function_arn.value_or(""); });
    reply(api::lambda::ListProvisionedConcurrencyConfigsResponse{
        .provisioned_concurrency_configs = std::move(page.items),
        .next_marker = std::move(page.next_marker)});
}

}  // namespace millrace::lambda
