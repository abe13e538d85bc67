#include <boost/json.hpp>

#include "base/number.h"
#include "ports/property_types.h"
#include "services/lambda/ops/layer_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/resources/properties.h"
#include "services/lambda/resources/resource_kind.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

constexpr std::size_t kLayerNameCharactersMax = 140;

struct VersionName {
    std::string layer_arn;
    std::int64_t version = 0;
};

// "arn:aws:lambda:region:account:layer:name:7"
VersionName split(const std::string& arn) {
    VersionName name;
    const std::size_t colon = arn.rfind(':');
    if (colon == std::string::npos) return name;
    name.layer_arn = arn.substr(0, colon);
    name.version = parse_number<std::int64_t>(std::string_view(arn).substr(colon + 1)).value_or(0);
    return name;
}

void create_version(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    if (!request.properties.contains("LayerName"))
        request.properties["LayerName"] = request.generated_name.substr(0, kLayerNameCharactersMax);
    auto input = read_properties<api::lambda::PublishLayerVersion>(request.properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    publish_layer_version(
        core, request.context, std::move(*input),
        [done = std::move(done)](aws::Outcome<api::lambda::PublishLayerVersionResponse> published) mutable {
            if (!published) return done(std::unexpected(std::move(published.error())));
            const std::string arn = published->layer_version_arn.value_or("");
            done(ports::Resource{.physical_id = arn, .attributes = {{"LayerVersionArn", arn}}});
        });
}

std::string find_unanswered_version(const Core& core, const ports::ResourceRequest& request) {
    const auto layer = resolve_layer_name(
        request.context.scope,
        ports::text_in(request, "LayerName", request.generated_name.substr(0, kLayerNameCharactersMax)));
    if (!layer) return {};
    LayerVersionPtr newest;
    for (const auto& [key, version] : core.layers.versions.list(layer->prefix())) {
        if (!newest || version->version > newest->version) newest = version;
    }
    return newest && ports::made_since(newest->created, request) ? newest->arn() : std::string();
}

void remove_version(Core& core, const ports::ResourceRequest& request, std::string arn,
                    ports::ResourceRemoved done) {
    const VersionName name = split(arn);
    if (name.version == 0) return done({});  // it never was published
    delete_layer_version(core, request.context,
                         {.layer_name = name.layer_arn, .version_number = name.version},
                         answer_removed<aws::Nothing>(std::move(done)));
}

// "<ARN of the version>#<statement>"
void create_permission(Core& core, ports::ResourceRequest request, ports::ResourceDone done) {
    const json::value* given = request.properties.if_contains("LayerVersionArn");
    const std::string arn =
        given != nullptr && given->is_string() ? std::string(given->as_string()) : std::string();
    const VersionName name = split(arn);
    std::string sid = request.generated_name.substr(
        request.generated_name.size() > 100 ? request.generated_name.size() - 100 : 0);
    request.properties["LayerName"] = name.layer_arn;
    request.properties["VersionNumber"] = name.version;
    request.properties["StatementId"] = sid;
    auto input = read_properties<api::lambda::AddLayerVersionPermission>(request.properties);
    if (!input) return done(std::unexpected(std::move(input.error())));
    add_layer_version_permission(
        core, request.context, std::move(*input),
        [id = arn + "#" + sid,
         done = std::move(done)](aws::Outcome<api::lambda::AddLayerVersionPermissionResponse> added) mutable {
            if (!added) return done(std::unexpected(std::move(added.error())));
            done(ports::Resource{.physical_id = id, .attributes = {{"Id", id}}});
        });
}

void remove_permission(Core& core, const ports::ResourceRequest& request, std::string id,
                       ports::ResourceRemoved done) {
    const std::size_t hash = id.find('#');
    if (hash == std::string::npos) return done({});  // it never was made
    const VersionName name = split(id.substr(0, hash));
    remove_layer_version_permission(
        core, request.context,
        {.layer_name = name.layer_arn, .version_number = name.version, .statement_id = id.substr(hash + 1)},
        answer_removed<aws::Nothing>(std::move(done)));
}

}  // namespace

ResourceKind layer_version_kind() {
    return {.type = ports::with_types(resource_type("AWS::Lambda::LayerVersion", {"Content"},
                                                    {"CompatibleArchitectures", "CompatibleRuntimes",
                                                     "Description", "LayerName", "LicenseInfo"},
                                                    {}, {"LayerVersionArn"}),
                                      "CompatibleArchitectures[] CompatibleRuntimes[] "
                                      "Content{S3Bucket S3Key S3ObjectStorageMode S3ObjectVersion} "
                                      "Description LayerName LicenseInfo"),
            .create = create_version,
            .update = update_nothing,
            .remove = remove_version,
            .find_unanswered = find_unanswered_version};
}

ResourceKind layer_permission_kind() {
    return {.type = ports::with_types(
                resource_type("AWS::Lambda::LayerVersionPermission",
                              {"Action", "LayerVersionArn", "Principal"}, {"OrganizationId"}, {}, {"Id"}),
                "Action LayerVersionArn OrganizationId Principal"),
            .create = create_permission,
            .update = update_nothing,
            .remove = remove_permission};
}

}  // namespace millrace::lambda
