#include "services/kinesis/stream_json.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "services/kinesis/json_members.h"
#include "services/kinesis/shard_json.h"

namespace millrace::kinesis {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

bool read_tags(const JsonObject& object, Tags& out) {
    const Json* value = object.if_contains("tags");
    if (value == nullptr || !value->is_object()) return false;
    for (const auto& [key, text] : value->get_object()) {
        if (!text.is_string()) return false;
        out.emplace(key, text.get_string());
    }
    return true;
}

bool read_metrics(const JsonObject& object, std::set<std::string>& out) {
    const Json* value = object.if_contains("shard_metrics");
    if (value == nullptr) return true;
    if (!value->is_array()) return false;
    for (const Json& metric : value->get_array()) {
        if (!metric.is_string()) return false;
        out.emplace(metric.get_string());
    }
    return true;
}

bool read_times(const JsonObject& object, const char* name, std::vector<WallTime>& out) {
    const Json* value = object.if_contains(name);
    if (value == nullptr) return true;
    if (!value->is_array()) return false;
    for (const Json& time : value->get_array()) {
        if (!time.is_int64()) return false;
        out.push_back(from_millis(time.get_int64()));
    }
    return true;
}

JsonArray write_times(const std::vector<WallTime>& times) {
    JsonArray array;
    for (const WallTime time : times) array.push_back(to_millis(time));
    return array;
}

bool read_options(const JsonObject& object, StreamOptions& out) {
    const Json* on_demand = object.if_contains("on_demand");
    if (on_demand == nullptr || !on_demand->is_bool()) return false;
    out.on_demand = on_demand->get_bool();
    if (object.contains("warm_mibps") && !read_integer(object, "warm_mibps", out.warm_mibps.emplace()))
        return false;
    if (const Json* automatic = object.if_contains("auto_distribution")) {
        if (!automatic->is_bool()) return false;
        out.auto_distribution = automatic->get_bool();
    }
    if (const Json* key = object.if_contains("kms_key")) {
        if (!key->is_string()) return false;
        out.kms_key = std::string(key->get_string());
    }
    if (const Json* policy = object.if_contains("policy")) {
        if (!policy->is_string()) return false;
        out.policy = std::string(policy->get_string());
    }
    return read_metrics(object, out.shard_metrics) &&
           read_integer(object, "retention_hours", out.retention_hours) &&
           read_integer(object, "record_kib_max", out.record_kib_max) && read_tags(object, out.tags) &&
           read_times(object, "scalings", out.scalings) &&
           read_times(object, "mode_switches", out.mode_switches);
}

}  // namespace

std::string catalog_key(const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}{}/{}/{}", kStreamsPrefix, scope.account, scope.region, name);
}

std::string to_json(const Stream& stream, const StreamOptions& options) {
    JsonObject tags;
    for (const auto& [key, value] : options.tags) tags.emplace(key, value);
    JsonObject object{{"created", to_millis(stream.created)},
                      {"on_demand", options.on_demand},
                      {"retention_hours", options.retention_hours},
                      {"record_kib_max", options.record_kib_max},
                      {"tags", std::move(tags)}};
    if (options.warm_mibps) object.emplace("warm_mibps", *options.warm_mibps);
    if (options.auto_distribution) object.emplace("auto_distribution", true);
    if (options.kms_key) object.emplace("kms_key", *options.kms_key);
    if (!options.shard_metrics.empty()) {
        object.emplace("shard_metrics",
                       JsonArray(options.shard_metrics.begin(), options.shard_metrics.end()));
    }
    if (options.policy) object.emplace("policy", *options.policy);
    if (!options.scalings.empty()) object.emplace("scalings", write_times(options.scalings));
    if (!options.mode_switches.empty()) object.emplace("mode_switches", write_times(options.mode_switches));
    return codec::to_json(object);
}

Result<Stream> parse_stream(std::string_view key, std::string_view value) {
    const auto path = parse_stream_path(key, kStreamsPrefix);
    if (!path) return corrupt(key, "the key is not a stream's");
    Stream stream{.scope = path->scope, .name = path->name};
    const auto json = codec::parse_json(value);
    if (!json) return corrupt(key, json.error().message);
    if (!json->is_object()) return corrupt(key, "not an object");
    const JsonObject& object = json->get_object();
    if (!read_time(object, "created", stream.created) || !read_options(object, stream.options))
        return corrupt(key, "a member is missing or wrong");
    return stream;
}

}  // namespace millrace::kinesis
