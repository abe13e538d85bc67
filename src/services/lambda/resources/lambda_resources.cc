#include "services/lambda/resources/lambda_resources.h"

#include <boost/json.hpp>

#include "services/lambda/ops/mapping_shapes.h"
#include "services/lambda/resources/function_resource.h"
#include "services/lambda/resources/mapping_resource.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kPermissionType = "AWS::Lambda::Permission";

ports::ResourceTypeModel permission_resource_type() {
    ports::ResourceTypeModel type{.type = std::string(kPermissionType), .attributes = {"Id"}};
    for (const char* name : {"Action", "FunctionName", "Principal"}) {
        type.properties.push_back(
            {.name = name, .required = true, .update = ports::PropertyModel::Update::kReplacement});
    }
    for (const char* name : {"EventSourceToken", "FunctionUrlAuthType", "InvokedViaFunctionUrl",
                             "PrincipalOrgID", "SourceAccount", "SourceArn"}) {
        type.properties.push_back({.name = name, .update = ports::PropertyModel::Update::kReplacement});
    }
    return type;
}

ports::Resource permission_resource(const std::string& id) {
    return {.physical_id = id, .attributes = {{"Id", id}}};
}

}  // namespace

std::vector<ports::ResourceTypeModel> LambdaResources::resource_types() const {
    return {function_resource_type(), mapping_resource_type(), permission_resource_type()};
}

void LambdaResources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kFunctionType)
        return create_function_resource(core_, std::move(request), std::move(done));
    if (request.type == kMappingType)
        return create_mapping_resource(core_, std::move(request), std::move(done));
    const boost::json::value* name = request.properties.if_contains("FunctionName");
    const std::string_view function =
        name != nullptr && name->is_string() ? std::string_view(name->as_string()) : std::string_view();
    if (auto exists = existing_function(core_, request.context.scope, function); !exists) {
        return done(std::unexpected(std::move(exists.error())));
    }
    done(permission_resource(request.generated_name));
}

void LambdaResources::update(ports::ResourceRequest request, std::string physical_id,
                             boost::json::object previous, ports::ResourceDone done) {
    if (request.type == kFunctionType) {
        return update_function_resource(core_, std::move(request), std::move(physical_id), previous,
                                        std::move(done));
    }
    if (request.type == kMappingType) {
        return update_mapping_resource(core_, std::move(request), std::move(physical_id), std::move(done));
    }
    done(permission_resource(physical_id));
}

void LambdaResources::remove(ports::ResourceRequest request, std::string physical_id,
                             ports::ResourceRemoved done) {
    if (request.type == kFunctionType) {
        return remove_function_resource(core_, request, std::move(physical_id), std::move(done));
    }
    if (request.type == kMappingType) {
        return remove_mapping_resource(core_, request, std::move(physical_id), std::move(done));
    }
    done({});
}

}  // namespace millrace::lambda
