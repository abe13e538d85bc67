#include "services/lambda/ops/function_references.h"

#include <fmt/format.h>
#include <map>

#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/given.h"
#include "services/lambda/ops/layer_shapes.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kLayersMax = 5;

aws::Outcome<void> check_dead_letter_queue(const Core& core, const std::string& arn) {
    const std::string_view service = arn_part(arn, 2);
    if (service == "sns") return std::unexpected(not_offered("DeadLetterConfig with an SNS topic"));
    if (service != "sqs" || arn.ends_with(".fifo")) {
        return std::unexpected(invalid_parameter(
            fmt::format("The dead-letter target {} is invalid: it must be a standard SQS queue.", arn)));
    }
    if (!core.queues.find(arn)) {
        return std::unexpected(invalid_parameter(
            fmt::format("The dead-letter target {} is invalid: there is no such queue.", arn)));
    }
    return {};
}

aws::Outcome<std::vector<LayerReference>> find_layers(const Core& core, const aws::Scope& scope,
                                                      const std::vector<std::string>& arns) {
    if (arns.size() > kLayersMax) {
        return std::unexpected(
            invalid_parameter(fmt::format("Cannot reference more than {} layers.", kLayersMax)));
    }
    std::vector<LayerReference> layers;
    std::map<std::string, std::string> by_layer;
    for (const std::string& arn : arns) {
        aws::Outcome<LayerVersionPtr> layer = find_layer_version(core, scope, arn);
        if (!layer) return std::unexpected(std::move(layer.error()));
        if (const auto [other, is_first] = by_layer.emplace((*layer)->layer_arn(), arn); !is_first) {
            return std::unexpected(invalid_parameter(fmt::format(
                "Two different versions of the same layer are not allowed to be referenced in the same "
                "function. {} and {} are versions of the same layer.",
                other->second, arn)));
        }
        layers.push_back({.arn = arn, .code = (*layer)->code});
    }
    return layers;
}

}  // namespace

aws::Outcome<void> apply_references(const Core& core, Function& function,
                                    const std::optional<api::lambda::DeadLetterConfig>& dead_letter,
                                    const std::optional<std::vector<std::string>>& layers) {
    if (dead_letter) {
        if (any(dead_letter->target_arn)) {
            if (auto checked = check_dead_letter_queue(core, *dead_letter->target_arn); !checked)
                return checked;
        }
        function.dead_letter_arn = dead_letter->target_arn.value_or("");
    }
    if (layers) {
        auto found = find_layers(core, function.scope, *layers);
        if (!found) return std::unexpected(std::move(found.error()));
        function.layers = std::move(*found);
    }
    return {};
}

}  // namespace millrace::lambda
