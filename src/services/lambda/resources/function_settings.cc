#include "services/lambda/resources/function_settings.h"

#include <boost/json.hpp>

#include "services/lambda/errors.h"
#include "services/lambda/ops/concurrency.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/properties.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

using Done = std::move_only_function<void(aws::Outcome<void>)>;

// One property, read as the input of the operation that sets it.
template <class Op>
aws::Outcome<std::optional<typename Op::Input>> take(json::object& properties, const std::string& name,
                                                     const char* property, bool is_structure) {
    const json::value* found = properties.if_contains(property);
    if (found == nullptr) return std::nullopt;
    json::object request{{"FunctionName", name}};
    if (!is_structure) {
        request[property] = *found;
    } else if (found->is_object()) {
        for (const auto& member : found->as_object()) request[member.key()] = member.value();
    }
    properties.erase(property);
    auto input = read_properties<Op>(request);
    if (!input) return std::unexpected(std::move(input.error()));
    return std::move(*input);
}

// The table's record as it is to be, then the next step.
void set(RecordTable<Setting>& table, const std::string& key, std::optional<Setting> wanted, Done done) {
    auto stored = [done = std::move(done)](Result<> result) mutable {
        if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
        done({});
    };
    if (wanted) return table.put(key, std::move(*wanted), std::move(stored));
    if (table.newest(key)) return table.erase(key, std::move(stored));
    stored({});
}

}  // namespace

aws::Outcome<FunctionSettings> take_function_settings(const Core& core, const aws::Scope& scope,
                                                      const std::string& name, json::object& properties) {
    FunctionSettings settings;
    auto reserved =
        take<api::lambda::PutFunctionConcurrency>(properties, name, "ReservedConcurrentExecutions", false);
    if (!reserved) return std::unexpected(std::move(reserved.error()));
    auto recursion = take<api::lambda::PutFunctionRecursionConfig>(properties, name, "RecursiveLoop", false);
    if (!recursion) return std::unexpected(std::move(recursion.error()));
    auto runtime =
        take<api::lambda::PutRuntimeManagementConfig>(properties, name, "RuntimeManagementConfig", true);
    if (!runtime) return std::unexpected(std::move(runtime.error()));
    if (const json::value* arn = properties.if_contains("CodeSigningConfigArn"); arn != nullptr && *arn == "")
        properties.erase("CodeSigningConfigArn");
    auto signing =
        take<api::lambda::PutFunctionCodeSigningConfig>(properties, name, "CodeSigningConfigArn", false);
    if (!signing) return std::unexpected(std::move(signing.error()));
    if (*signing) {
        settings.code_signing = (*signing)->code_signing_config_arn;
        if (auto checked = check_code_signing(core, scope, *settings.code_signing); !checked)
            return std::unexpected(std::move(checked.error()));
    }
    if (*reserved) {
        settings.reserved = (*reserved)->reserved_concurrent_executions;
        auto checked = check_reserved(core, Function{.scope = scope, .name = name}, *settings.reserved);
        if (!checked) return std::unexpected(std::move(checked.error()));
    }
    if (*recursion) settings.recursive_loop = (*recursion)->recursive_loop;
    if (*runtime) {
        if (auto checked = check_runtime_management(**runtime); !checked)
            return std::unexpected(std::move(checked.error()));
        settings.update_runtime_on = (*runtime)->update_runtime_on;
        settings.runtime_version_arn = (*runtime)->runtime_version_arn;
    }
    return settings;
}

void apply_function_settings(Core& core, const aws::RequestContext& context, const std::string& name,
                             FunctionSettings settings, Done done) {
    const FunctionPtr function = core.functions.find(context.scope, name);
    if (!function) return done(std::unexpected(function_not_found(context.scope, name)));
    const std::string key = record_key(context.scope, name, kLatestVersion);
    std::optional<Setting> recursion;
    if (settings.recursive_loop) recursion = Setting{.value = *settings.recursive_loop};
    std::optional<Setting> runtime;
    if (settings.update_runtime_on) {
        runtime = Setting{.value = *settings.update_runtime_on,
                          .detail = settings.runtime_version_arn.value_or("")};
    }
    std::optional<Setting> signing;
    if (settings.code_signing) signing = Setting{.value = *settings.code_signing};
    auto with_signing = [&core, key, signing = std::move(signing),
                         done = std::move(done)](aws::Outcome<void> stored) mutable {
        if (!stored) return done(std::move(stored));
        set(core.records.code_signing, key, std::move(signing), std::move(done));
    };
    auto with_runtime = [&core, key, runtime = std::move(runtime),
                         next = std::move(with_signing)](aws::Outcome<void> stored) mutable {
        if (!stored) return next(std::move(stored));
        set(core.records.runtime_management, key, std::move(runtime), std::move(next));
    };
    auto with_recursion = [&core, key, recursion = std::move(recursion),
                           next = std::move(with_runtime)](aws::Outcome<void> stored) mutable {
        if (!stored) return next(std::move(stored));
        set(core.records.recursion, key, std::move(recursion), std::move(next));
    };
    if (!settings.reserved && !core.records.reserved.newest(key)) return with_recursion({});
    store_reserved(core, function, settings.reserved, std::move(with_recursion));
}

}  // namespace millrace::lambda
