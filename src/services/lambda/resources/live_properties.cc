#include "services/lambda/resources/live_properties.h"

#include <boost/json.hpp>
#include <initializer_list>

#include "aws/protocol/json.h"
#include "codec/json.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/mapping_shapes.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

/// What the API shows of it.
template <class Op>
json::object as_json(const typename Op::Output& output) {
    std::string text;
    aws::encode_json(text, *Op::model().output, &output);
    auto parsed = codec::parse_json(text);
    return parsed && parsed->is_object() ? std::move(parsed->get_object()) : json::object();
}

/// Members that are properties of the same name; null for those that it has not.
void take(json::object& shown, json::object& properties, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        json::value* value = shown.if_contains(name);
        properties[name] = value == nullptr ? json::value() : std::move(*value);
    }
}

json::array as_tag_list(const std::map<std::string, std::string>& tags) {
    json::array list;
    for (const auto& [key, value] : tags) list.push_back(json::object{{"Key", key}, {"Value", value}});
    return list;
}

/// Objects that say nothing but null or what is the same as nothing.
void drop_empty(json::object& properties, const char* name, const char* member) {
    const json::value* value = properties.if_contains(name);
    const json::object* object = value == nullptr ? nullptr : value->if_object();
    const json::value* inner = object == nullptr ? nullptr : object->if_contains(member);
    const bool empty = inner == nullptr || (inner->is_string() && inner->get_string().empty());
    if (object != nullptr && empty) properties[name] = nullptr;
}

}  // namespace

std::optional<json::object> live_function(const Core& core, const ports::ResourceRequest& request,
                                          const std::string& name) {
    const FunctionPtr function = core.functions.find(request.context.scope, name);
    if (!function) return std::nullopt;
    json::object shown = as_json<api::lambda::GetFunctionConfiguration>(describe(*function));
    json::object properties;
    take(shown, properties,
         {"FunctionName", "Runtime", "Handler", "Role", "Description", "Timeout", "MemorySize", "Environment",
          "Architectures", "EphemeralStorage", "DeadLetterConfig", "TracingConfig", "PackageType"});
    if (function->description.empty()) properties["Description"] = nullptr;
    drop_empty(properties, "DeadLetterConfig", "TargetArn");
    json::array layers;
    for (const LayerReference& layer : function->layers) layers.emplace_back(layer.arn);
    properties["Layers"] = std::move(layers);
    properties["Tags"] = as_tag_list(function->tags);
    return properties;
}

std::optional<json::object> live_mapping(const Core& core, const ports::ResourceRequest& request,
                                         const std::string& uuid) {
    const Mapping* mapping = core.mappings.find(request.context.scope, uuid);
    if (mapping == nullptr) return std::nullopt;
    json::object shown =
        as_json<api::lambda::GetEventSourceMapping>(describe(core, *mapping, state_of(*mapping)));
    json::object properties;
    take(shown, properties,
         {"EventSourceArn", "BatchSize", "MaximumBatchingWindowInSeconds", "ParallelizationFactor",
          "StartingPosition", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError",
          "MaximumRetryAttempts", "TumblingWindowInSeconds", "FunctionResponseTypes", "FilterCriteria",
          "DestinationConfig", "ScalingConfig"});
    properties["Enabled"] = mapping->enabled;
    properties["Tags"] = as_tag_list(mapping->tags);
    const json::value* named = request.properties.if_contains("FunctionName");
    const bool by_arn = named != nullptr && named->is_string() && named->get_string().starts_with("arn:");
    properties["FunctionName"] = by_arn ? function_arn(mapping->scope, mapping->function) : mapping->function;
    return properties;
}

}  // namespace millrace::lambda
