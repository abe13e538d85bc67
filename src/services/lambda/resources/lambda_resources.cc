#include "services/lambda/resources/lambda_resources.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/assert.h"
#include "services/lambda/resources/function_resource.h"
#include "services/lambda/resources/live_properties.h"
#include "services/lambda/resources/mapping_resource.h"

namespace millrace::lambda {

namespace {

ResourceKind function_kind() {
    return {.type = function_resource_type(),
            .create = create_function_resource,
            .update = update_function_resource,
            .remove = remove_function_resource,
            .find_unanswered = find_unanswered_function,
            .read = live_function};
}

ResourceKind mapping_kind() {
    return {.type = mapping_resource_type(),
            .create = create_mapping_resource,
            .update =
                [](Core& core, ports::ResourceRequest request, std::string id, const boost::json::object&,
                   ports::ResourceDone done) {
                    update_mapping_resource(core, std::move(request), std::move(id), std::move(done));
                },
            .remove = remove_mapping_resource,
            .find_unanswered = find_unanswered_mapping,
            .read = live_mapping};
}

}  // namespace

LambdaResources::LambdaResources(Core& core)
    : core_(core), kinds_{function_kind(),      mapping_kind(),          version_kind(),
                          alias_kind(),         permission_kind(),       event_invoke_kind(),
                          layer_version_kind(), layer_permission_kind(), url_kind()} {}

const ResourceKind& LambdaResources::kind_of(const ports::ResourceRequest& request) const {
    const auto found =
        std::ranges::find(kinds_, request.type, [](const ResourceKind& kind) { return kind.type.type; });
    MILLRACE_ASSERT(found != kinds_.end());  // only types that were offered are asked for
    return *found;
}

std::vector<ports::ResourceTypeModel> LambdaResources::resource_types() const {
    std::vector<ports::ResourceTypeModel> types;
    for (const ResourceKind& kind : kinds_) {
        types.push_back(kind.type);
        types.back().readable = kind.read != nullptr;
    }
    return types;
}

std::string LambdaResources::find_unanswered(const ports::ResourceRequest& request) const {
    const auto find = kind_of(request).find_unanswered;
    return find != nullptr ? find(core_, request) : request.generated_name;
}

void LambdaResources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    kind_of(request).create(core_, std::move(request), std::move(done));
}

void LambdaResources::update(ports::ResourceRequest request, std::string physical_id,
                             boost::json::object previous, ports::ResourceDone done) {
    kind_of(request).update(core_, std::move(request), std::move(physical_id), previous, std::move(done));
}

void LambdaResources::remove(ports::ResourceRequest request, std::string physical_id,
                             ports::ResourceRemoved done) {
    kind_of(request).remove(core_, request, std::move(physical_id), std::move(done));
}

void LambdaResources::read(ports::ResourceRequest request, std::string physical_id,
                           ports::ResourceRead done) {
    done(kind_of(request).read(core_, request, physical_id));
}

}  // namespace millrace::lambda
