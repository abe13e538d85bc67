#include "services/ecr/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/ecr/ops/operations.h"
#include "services/ecr/repository_resource.h"

namespace millrace::ecr {

struct Service::Parts {
    explicit Parts(Dependencies dependencies) : repositories(dependencies) {}

    Repositories repositories;
    RepositoryResource resource{repositories};
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::open(Dependencies dependencies) {
    auto parts = std::make_unique<Parts>(dependencies);
    if (auto loaded = parts->repositories.load(); !loaded) return std::unexpected(std::move(loaded.error()));
    return std::unique_ptr<Service>(new Service(std::move(parts)));
}

void Service::register_operations(aws::Registry& registry) {
    registry.add<api::ecr::DescribeRepositories>(
        [&repositories = parts_->repositories](const aws::RequestContext& context,
                                               api::ecr::DescribeRepositoriesRequest input,
                                               aws::Reply<api::ecr::DescribeRepositories> reply) {
            reply(describe_repositories(repositories, context, input));
        });
}

ports::ResourceProvider& Service::resource_provider() {
    return parts_->resource;
}

void Service::reset() {
    parts_->repositories.reset();
}

}  // namespace millrace::ecr
