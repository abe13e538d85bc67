#include "services/lambda/resources/provisioned_property.h"

#include <boost/json.hpp>

#include "services/lambda/ops/provisioned_concurrency.h"
#include "services/lambda/resources/properties.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

aws::Outcome<std::int64_t> wanted(const json::object& properties, const std::string& arn) {
    const json::value* config = properties.if_contains("ProvisionedConcurrencyConfig");
    if (config == nullptr) return 0;
    json::object request = config->is_object() ? config->as_object() : json::object();
    request["FunctionName"] = arn;
    request["Qualifier"] = arn.substr(arn.rfind(':') + 1);
    auto input = read_properties<api::lambda::PutProvisionedConcurrencyConfig>(request);
    if (!input) return std::unexpected(std::move(input.error()));
    return input->provisioned_concurrent_executions;
}

}  // namespace

void apply_provisioned_property(Core& core, const aws::Scope& scope, const std::string& arn,
                                const json::object& properties, ports::Resource resource,
                                ports::ResourceDone done) {
    aws::Outcome<Target> target = find_target(core, scope, arn);
    if (!target) return done(std::unexpected(std::move(target.error())));
    const aws::Outcome<std::int64_t> processes = wanted(properties, arn);
    if (!processes) return done(std::unexpected(processes.error()));
    if (*processes == 0 && !core.records.provisioned.newest(target->record_key()))
        return done(std::move(resource));
    if (*processes > 0) {
        if (auto checked = check_provisioned(core, *target, *processes); !checked)
            return done(std::unexpected(std::move(checked.error())));
    }
    store_provisioned(
        core, *target, *processes,
        [resource = std::move(resource), done = std::move(done)](aws::Outcome<void> stored) mutable {
            if (!stored) return done(std::unexpected(std::move(stored.error())));
            done(std::move(resource));
        });
}

}  // namespace millrace::lambda
