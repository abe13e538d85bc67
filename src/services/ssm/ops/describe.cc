#include "services/ssm/ops/describe.h"

#include <fmt/format.h>

#include "services/ssm/errors.h"

namespace millrace::ssm {

api::ssm::Parameter describe(const Parameter& parameter, const std::string& selector) {
    api::ssm::Parameter shown;
    shown.name = parameter.name;
    shown.type = parameter.type;
    shown.value = parameter.value;
    shown.version = parameter.version;
    if (!selector.empty()) shown.selector = selector;
    shown.last_modified_date = parameter.modified;
    shown.arn = parameter.arn();
    shown.data_type = "text";
    return shown;
}

aws::Outcome<std::string> tagged_parameter(const Parameters& parameters, const aws::Scope& scope,
                                           const std::string& type, const std::string& id) {
    if (type != "Parameter") return std::unexpected(not_offered(fmt::format("The resource type {}", type)));
    std::string name = read_name(id).name;
    if (parameters.find(scope, name) != nullptr) return name;
    return std::unexpected(
        api::ssm::invalid_resource_id("The resource ID is invalid. Verify and try again."));
}

}  // namespace millrace::ssm
