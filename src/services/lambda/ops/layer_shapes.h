#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/lambda.h"
#include "services/lambda/code/package_link.h"
#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

// What the operations on layers share: between the API's shapes and ours.

/// Who and what a name or an ARN of a layer means.
struct LayerName {
    aws::Scope scope;
    std::string name;
    [[nodiscard]] std::string prefix() const { return record_prefix(scope, name); }
};
/// Errors: InvalidParameterValueException for a layer of another region.
[[nodiscard]] aws::Outcome<LayerName> resolve_layer_name(const aws::Scope& scope, std::string_view reference);

/// By the ARN of a version, of any account.
[[nodiscard]] aws::Outcome<LayerVersionPtr> find_layer_version(const Core& core, const aws::Scope& scope,
                                                               std::string_view arn);
/// ResourceNotFoundException in AWS's words.
[[nodiscard]] aws::Outcome<LayerVersionPtr> find_layer_version(const Core& core, const LayerName& layer,
                                                               std::int64_t version);

/// What lists and answers have in common of a version.
template <class Output>
void describe_common(const LayerVersion& version, Output& output) {
    output.layer_version_arn = version.arn();
    output.version = version.version;
    output.description = version.description;
    output.created_date = lambda_time(version.created);
    if (!version.architectures.empty()) output.compatible_architectures = version.architectures;
    if (!version.runtimes.empty()) output.compatible_runtimes = version.runtimes;
    if (!version.license.empty()) output.license_info = version.license;
}

template <class Output>
void describe(std::string_view base_url, const LayerVersion& version, Output& output) {
    describe_common(version, output);
    output.layer_arn = version.layer_arn();
    output.content = api::lambda::LayerVersionContentOutput{.location = code_link(version.code, base_url),
                                                            .code_sha256 = version.code.code_sha256,
                                                            .code_size = version.code.size};
}

}  // namespace millrace::lambda
