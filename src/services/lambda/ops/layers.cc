#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/layer_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/paging.h"

namespace millrace::lambda {

namespace {

using Item = api::lambda::LayerVersionsListItem;

constexpr std::size_t kPageMax = 50;

template <class Input>
bool fits(const LayerVersion& version, const Input& input) {
    const auto has = [](const std::vector<std::string>& list, const std::optional<std::string>& wanted) {
        return !wanted || std::ranges::find(list, *wanted) != list.end();
    };
    return has(version.runtimes, input.compatible_runtime) &&
           has(version.architectures, input.compatible_architecture);
}

Item item_of(const LayerVersion& version) {
    Item item;
    describe_common(version, item);
    return item;
}

// Of a version in a list that has the newest first.
std::string marker_of(std::int64_t version) {
    return fmt::format("{:0>19}", std::numeric_limits<std::int64_t>::max() - version);
}

// Newest first, as AWS lists them.
template <class Input>
std::vector<LayerVersionPtr> versions_of(const Core& core, const std::string& prefix, const Input& input) {
    std::vector<LayerVersionPtr> versions;
    for (const auto& [key, version] : core.layers.versions.list(prefix)) {
        if (fits(*version, input)) versions.push_back(version);
    }
    std::ranges::sort(versions, std::greater(),
                      [](const LayerVersionPtr& version) { return version->version; });
    return versions;
}

void reply_with(const aws::RequestContext& context, aws::Outcome<LayerVersionPtr> version, auto reply,
                auto output) {
    if (!version) return reply(std::unexpected(std::move(version.error())));
    describe(context.base_url, **version, output);
    reply(std::move(output));
}

}  // namespace

void get_layer_version(Core& core, const aws::RequestContext& context,
                       api::lambda::GetLayerVersionRequest input,
                       aws::Reply<api::lambda::GetLayerVersion> reply) {
    aws::Outcome<LayerName> layer = resolve_layer_name(context.scope, input.layer_name);
    if (!layer) return reply(std::unexpected(std::move(layer.error())));
    reply_with(context, find_layer_version(core, *layer, input.version_number), std::move(reply),
               api::lambda::GetLayerVersionResponse());
}

void get_layer_version_by_arn(Core& core, const aws::RequestContext& context,
                              api::lambda::GetLayerVersionByArnRequest input,
                              aws::Reply<api::lambda::GetLayerVersionByArn> reply) {
    aws::Outcome<LayerVersionPtr> version = find_layer_version(core, context.scope, input.arn);
    if (!version) {
        return reply(std::unexpected(resource_not_found("The resource you requested does not exist.")));
    }
    reply_with(context, std::move(version), std::move(reply), api::lambda::GetLayerVersionResponse());
}

void list_layer_versions(Core& core, const aws::RequestContext& context,
                         api::lambda::ListLayerVersionsRequest input,
                         aws::Reply<api::lambda::ListLayerVersions> reply) {
    aws::Outcome<LayerName> layer = resolve_layer_name(context.scope, input.layer_name);
    if (!layer) return reply(std::unexpected(std::move(layer.error())));
    std::vector<Item> all;
    for (const LayerVersionPtr& version : versions_of(core, layer->prefix(), input))
        all.push_back(item_of(*version));
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax,
                        [](const Item& item) { return marker_of(item.version.value_or(0)); });
    reply(api::lambda::ListLayerVersionsResponse{.next_marker = std::move(page.next_marker),
                                                 .layer_versions = std::move(page.items)});
}

void list_layers(Core& core, const aws::RequestContext& context, api::lambda::ListLayersRequest input,
                 aws::Reply<api::lambda::ListLayers> reply) {
    std::map<std::string, LayerVersionPtr> newest;
    const std::string scope = fmt::format("{}/{}/", context.scope.account, context.scope.region);
    for (const LayerVersionPtr& version : versions_of(core, scope, input))
        newest.emplace(version->name, version);
    std::vector<api::lambda::LayersListItem> all;
    for (const auto& [name, version] : newest) {
        all.push_back({.layer_name = name,
                       .layer_arn = version->layer_arn(),
                       .latest_matching_version = item_of(*version)});
    }
    auto page = page_of(std::move(all), input.marker, input.max_items, kPageMax,
                        [](const api::lambda::LayersListItem& item) { return item.layer_name.value_or(""); });
    reply(api::lambda::ListLayersResponse{.next_marker = std::move(page.next_marker),
                                          .layers = std::move(page.items)});
}

// Functions that use it keep it, as on AWS.
void delete_layer_version(Core& core, const aws::RequestContext& context,
                          api::lambda::DeleteLayerVersionRequest input,
                          aws::Reply<api::lambda::DeleteLayerVersion> reply) {
    aws::Outcome<LayerName> layer = resolve_layer_name(context.scope, input.layer_name);
    if (!layer) return reply(std::unexpected(std::move(layer.error())));
    if (input.version_number < 1)
        return reply(std::unexpected(invalid_parameter("Layer Version Cannot be less than 1")));
    const std::string key = fmt::format("{}{}", layer->prefix(), input.version_number);
    core.layers.policies.erase(key, [](Result<>) {});
    core.layers.versions.erase(key, [reply = std::move(reply)](Result<> result) mutable {
        if (!result) return reply(std::unexpected(aws::to_service_error(result.error())));
        reply(aws::Nothing{});
    });
}

}  // namespace millrace::lambda
