#include "services/lambda/ops/provisioning.h"

#include <map>
#include <set>

namespace millrace::lambda {

void apply_provisioning(Core& core, const aws::Scope& scope, const std::string& name) {
    std::map<std::string, std::size_t> wanted;
    const std::string prefix = record_prefix(scope, name);
    for (const auto& [key, config] : core.records.provisioned.list(prefix)) {
        const FunctionPtr version = core.functions.find(scope, name, key.substr(prefix.size()));
        if (version) wanted[version->version] += config->executions;
    }
    for (const FunctionPtr& version : core.functions.versions(scope, name)) {
        const auto found = wanted.find(version->version);
        core.invoker.provision(version, found == wanted.end() ? 0 : found->second);
    }
}

void apply_all_provisioning(Core& core) {
    std::set<std::pair<aws::Scope, std::string>> functions;
    for (const FunctionPtr& function : core.functions.all())
        functions.emplace(function->scope, function->name);
    for (const auto& [scope, name] : functions) apply_provisioning(core, scope, name);
}

std::size_t provisioned_in_all(const Core& core, const aws::Scope& scope, const std::string& name) {
    std::size_t sum = 0;
    for (const auto& [key, config] : core.records.provisioned.list(record_prefix(scope, name)))
        sum += config->executions;
    return sum;
}

}  // namespace millrace::lambda
