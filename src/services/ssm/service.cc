#include "services/ssm/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/ssm/ops/operations.h"
#include "services/ssm/parameter_resource.h"

namespace millrace::ssm {

struct Service::Parts {
    explicit Parts(Dependencies dependencies) : parameters(dependencies) {}

    Parameters parameters;
    ParameterResource resource{parameters};
    ParameterLookup lookup{parameters};
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::open(Dependencies dependencies) {
    auto parts = std::make_unique<Parts>(dependencies);
    if (auto loaded = parts->parameters.load(); !loaded) return std::unexpected(std::move(loaded.error()));
    return std::unique_ptr<Service>(new Service(std::move(parts)));
}

void Service::register_operations(aws::Registry& registry) {
    auto& parameters = parts_->parameters;
    registry.add<api::ssm::AddTagsToResource>(parameters, add_tags_to_resource);
    registry.add<api::ssm::DeleteParameter>(parameters, delete_parameter);
    registry.add<api::ssm::DeleteParameters>(parameters, delete_parameters);
    registry.add<api::ssm::DescribeParameters>(parameters, describe_parameters);
    registry.add<api::ssm::GetParameter>(parameters, get_parameter);
    registry.add<api::ssm::GetParameters>(parameters, get_parameters);
    registry.add<api::ssm::GetParametersByPath>(parameters, get_parameters_by_path);
    registry.add<api::ssm::ListTagsForResource>(parameters, list_tags_for_resource);
    registry.add<api::ssm::PutParameter>(parameters, put_parameter);
    registry.add<api::ssm::RemoveTagsFromResource>(parameters, remove_tags_from_resource);
}

ports::ResourceProvider& Service::resource_provider() {
    return parts_->resource;
}

const ports::ParameterSource& Service::parameter_source() const {
    return parts_->lookup;
}

void Service::reset() {
    parts_->parameters.reset();
}

}  // namespace millrace::ssm
