#include <algorithm>
#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/layer_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/publishing.h"

namespace millrace::lambda {

namespace {

aws::Outcome<LayerName> check(const aws::Scope& scope, const api::lambda::PublishLayerVersionRequest& input) {
    aws::Outcome<LayerName> layer = resolve_layer_name(scope, input.layer_name);
    if (layer && layer->scope != scope) {
        return std::unexpected(
            invalid_parameter(fmt::format("Layer {} belongs to another account.", input.layer_name)));
    }
    if (input.content.s3_object_storage_mode == "REFERENCE")
        return std::unexpected(not_offered("Content.S3ObjectStorageMode REFERENCE"));
    return layer;
}

void store_layer(Core& core, LayerVersion version, std::string_view base_url,
                 aws::Reply<api::lambda::PublishLayerVersion> reply) {
    const std::string prefix = record_prefix(version.scope, version.name);
    const std::string layer = prefix.substr(0, prefix.size() - 1);
    const auto counter = core.layers.counters.newest(layer);
    version.version = (counter ? counter->newest : 0) + 1;
    // A number that was given and a crash left without its layer is no harm.
    core.layers.counters.put(layer, {.newest = version.version}, [](Result<>) {});
    api::lambda::PublishLayerVersionResponse output;
    describe(base_url, version, output);
    core.layers.versions.put(fmt::format("{}{}", prefix, version.version), version,
                             [output = std::move(output), reply = std::move(reply)](Result<> result) mutable {
                                 if (!result)
                                     return reply(std::unexpected(aws::to_service_error(result.error())));
                                 reply(std::move(output));
                             });
}

}  // namespace

void publish_layer_version(Core& core, const aws::RequestContext& context,
                           api::lambda::PublishLayerVersionRequest input,
                           aws::Reply<api::lambda::PublishLayerVersion> reply) {
    aws::Outcome<LayerName> layer = check(context.scope, input);
    if (!layer) return reply(std::unexpected(std::move(layer.error())));
    LayerVersion version{
        .scope = context.scope,
        .name = std::move(layer->name),
        .description = std::move(input.description).value_or(""),
        .license = std::move(input.license_info).value_or(""),
        .runtimes = std::move(input.compatible_runtimes).value_or(std::vector<std::string>()),
        .architectures = std::move(input.compatible_architectures).value_or(std::vector<std::string>()),
        .created = core.clock.now()};
    CodeSource source{.zip_file = std::move(input.content.zip_file),
                      .s3_bucket = std::move(input.content.s3_bucket),
                      .s3_key = std::move(input.content.s3_key),
                      .s3_object_version = std::move(input.content.s3_object_version)};
    // Local content has no versions to choose from: a template names one to say that it has changed.
    if (source.s3_bucket == kLocalBucket) source.s3_object_version.reset();
    take_code(core, context.scope, std::move(source),
              [&core, version = std::move(version), base_url = context.base_url,
               reply = std::move(reply)](aws::Outcome<CodeReference> code) mutable {
                  if (!code) return reply(std::unexpected(std::move(code.error())));
                  // A layer never changes, whatever becomes of the directory it came from.
                  core.code.freeze(*code,
                                   [&core, version = std::move(version), base_url = std::move(base_url),
                                    reply = std::move(reply)](Result<CodeReference> frozen) mutable {
                                       if (!frozen)
                                           return reply(std::unexpected(packing_error(frozen.error())));
                                       version.code = std::move(*frozen);
                                       store_layer(core, std::move(version), base_url, std::move(reply));
                                   });
              });
}

}  // namespace millrace::lambda
