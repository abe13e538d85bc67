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
    const auto add = [&]<class Op>(void (*operation)(Parameters&, const aws::RequestContext&,
                                                     typename Op::Input, aws::Reply<Op>)) {
        registry.add<Op>([&parameters = parts_->parameters, operation](const aws::RequestContext& context,
                                                                       typename Op::Input input,
                                                                       aws::Reply<Op> reply) {
            operation(parameters, context, std::move(input), std::move(reply));
        });
    };
    add.operator()<api::ssm::AddTagsToResource>(add_tags_to_resource);
    add.operator()<api::ssm::DeleteParameter>(delete_parameter);
    add.operator()<api::ssm::DeleteParameters>(delete_parameters);
    add.operator()<api::ssm::DescribeParameters>(describe_parameters);
    add.operator()<api::ssm::GetParameter>(get_parameter);
    add.operator()<api::ssm::GetParameters>(get_parameters);
    add.operator()<api::ssm::GetParametersByPath>(get_parameters_by_path);
    add.operator()<api::ssm::ListTagsForResource>(list_tags_for_resource);
    add.operator()<api::ssm::PutParameter>(put_parameter);
    add.operator()<api::ssm::RemoveTagsFromResource>(remove_tags_from_resource);
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
