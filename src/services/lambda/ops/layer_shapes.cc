#include "services/lambda/ops/layer_shapes.h"

#include <fmt/format.h>

#include "base/number.h"
#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"

namespace millrace::lambda {

aws::Outcome<LayerName> resolve_layer_name(const aws::Scope& scope, std::string_view reference) {
    if (!reference.starts_with("arn:")) return LayerName{.scope = scope, .name = std::string(reference)};
    LayerName layer{.scope = {.account = std::string(arn_part(reference, 4)),
                              .region = std::string(arn_part(reference, 3))},
                    .name = std::string(arn_part(reference, 6))};
    if (layer.scope.region != scope.region) {
        return std::unexpected(invalid_parameter(
            fmt::format("Layers are not in the same region as the function. Layers are expected to "
                        "be in region {}.",
                        scope.region)));
    }
    return layer;
}

aws::Outcome<LayerVersionPtr> find_layer_version(const Core& core, const aws::Scope& scope,
                                                 std::string_view arn) {
    aws::Outcome<LayerName> layer = resolve_layer_name(scope, arn);
    if (!layer) return std::unexpected(std::move(layer.error()));
    const std::int64_t version = parse_number<std::int64_t>(arn_part(arn, 7)).value_or(0);
    auto found = core.layers.versions.find(fmt::format("{}{}", layer->prefix(), version));
    if (!found) {
        return std::unexpected(invalid_parameter(fmt::format("Layer version {} does not exist.", arn)));
    }
    return found;
}

aws::Outcome<LayerVersionPtr> find_layer_version(const Core& core, const LayerName& layer,
                                                 std::int64_t version) {
    if (version < 1) return std::unexpected(invalid_parameter("Layer Version Cannot be less than 1"));
    auto found = core.layers.versions.find(fmt::format("{}{}", layer.prefix(), version));
    if (!found) return std::unexpected(resource_not_found("The resource you requested does not exist."));
    return found;
}

}  // namespace millrace::lambda
